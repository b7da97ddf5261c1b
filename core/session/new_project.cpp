// SPDX-License-Identifier: Apache-2.0
// From a template's graph to a project that can be trained.
#include "core/session/new_project.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/live_shapes.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/session/data_check.h"
#include "core/session/training_run.h"

namespace vitrine {

namespace {

/// Data that are drawn, and how bright they are.
struct DrawnData {
    std::string_view format;
    Normalisation normalisation;
};
const DrawnData drawnData[] = {{"strokes", {.mean = 0.1307, .std = 0.3081}},
                               {"scribbles", {.mean = 0.4996, .std = 0.1759}}};

DataSettings settingsOf(const DrawnData& drawn) {
    DataSettings data;
    data.format = drawn.format;
    data.fields = dataFields(Attrs(findDataFormat(drawn.format)->fields));
    data.normalisation = drawn.normalisation;
    return data;
}

/// Drawn marks are 0 and 255, and no class numbers.
bool takesNumbersOfMarks(const Graph& graph, const DataFacts& data) {
    return std::ranges::any_of(graph.nodes(), [&](const Node& node) {
        if (!isInput(node) || scalingOf(node) != Scaling::Raw) return false;
        const ColumnFacts* facts = data.find(columnOf(node));
        return facts && facts->column.isImage() && !facts->column.hasClasses();
    });
}

/// The first that a network takes; else none, and pixels from −1 to 1.
DataSettings dataFor(const Graph& graph) {
    for (const DrawnData& drawn : drawnData) {
        DataSettings data = settingsOf(drawn);
        const DataFacts facts = factsOf(data);
        if (checkDataFit(graph, facts) && !takesNumbersOfMarks(graph, facts)) return data;
    }
    DataSettings none;
    none.normalisation = {.mean = 0.5, .std = 0.5};
    return none;
}

TrainingSettings trainingOf(const TemplateTraining& usual) {
    TrainingSettings training;
    training.batch = usual.batch;
    training.learningRate = usual.learningRate;
    const OptimizerDescriptor& optimizer = *findOptimizer(usual.optimizer);
    training.optimizer = {std::string(optimizer.id), Attrs(optimizer.fields)};
    if (optimizer.id == "sgd") training.optimizer.attrs.with("momentum", 0.9);
    training.schedule = {"constant", Attrs(findSchedule("constant")->fields)};
    return training;
}

/// What losses compare and outputs give, with shapes for any batch.
Result<void> addOutputs(NetworkFacts& facts, const Graph& graph) {
    LiveShapes live;
    live.reset(graph);
    const Result<Roles> roles = rolesOf(graph, live.wiring(), true);
    if (!roles) return roles.error();
    for (const auto& [name, source] : roles->outputs)
        facts.outputs.push_back(
            fmt::format("{} {}", name,
                        batchShapeText(live.report().nodes[static_cast<size_t>(source.node)],
                                       static_cast<size_t>(source.port), live.report().batch)));
    return {};
}

}  // namespace

Project emptyProject() {
    Project project;
    project.name = "untitled";
    project.data = settingsOf(drawnData[0]);
    project.training = trainingOf({});
    return project;
}

Result<Project> projectOf(const TemplateDescriptor& network, const Attrs& fields) {
    Result<Graph> graph = network.build(fields);
    if (!graph) return graph.error();
    if (const ShapeReport shapes = shapesOf(*graph); !shapes.ok()) return shapes.errors.front();
    Project project;
    project.name = network.id;
    project.data = dataFor(*graph);
    project.training = trainingOf(network.training);
    if (!network.metric.empty())
        project.training.metrics = {{{.metric = std::string(network.metric), .loss = "loss"}}};
    for (const Node& node : graph->nodes()) project.unplaced.push_back(node.id);
    project.graph = std::move(graph).value();
    return project;
}

Result<NetworkFacts> networkFacts(const Project& project) {
    const int64_t batch = project.training.batch;
    const ModelOptions options = modelOptions(project, {});
    Result<Program> program = buildProgram(project.graph, {Mode::Train, batch}, options);
    if (!program) return program.error();
    NetworkFacts facts{.nodes = static_cast<int64_t>(project.graph.nodes().size()), .batch = batch};
    StateLayout states;
    states.add(*program);
    for (const StateLayout::Item& item : states.items())
        if (item.kind == StateKind::Parameter) facts.parameters += item.shape.elements();
    VITRINE_TRY(addOutputs(facts, project.graph));
    facts.stepBytes = compileTape(std::move(program).value(), states, options.tape).arenaBytes();
    return facts;
}

}  // namespace vitrine
