// SPDX-License-Identifier: Apache-2.0
// The states of a training step, or where nothing is trained those of a prediction.
#include "core/session/weights_project.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/trained_part.h"
#include "core/session/training_run.h"
#include "core/session/weights.h"
#include "core/train/model.h"

namespace vitrine {

Result<StateLayout> statesOf(const Project& project) {
    const ModelOptions options = modelOptions(project, {});
    auto program = buildProgram(project.graph, {Mode::Train, options.batch}, options);
    if (!program) program = buildProgram(project.graph, {Mode::Predict, 1}, options);
    if (!program) return program.error();
    StateLayout layout;
    layout.add(*program);
    return layout;
}

namespace {

/// What leads to a node's first input, past nodes that change no shape: activations, dropout.
int sourceOf(const TrainedPart& part, int node) {
    for (;;) {
        const std::vector<Source>& sources = part.wiring().sources[static_cast<size_t>(node)];
        if (sources.empty() || !sources[0].isConnected()) return -1;
        node = sources[0].node;
        const NodeShapes& shapes = part.shapes().nodes[static_cast<size_t>(node)];
        const bool passes = shapes.operands.size() == 1 && shapes.outputs.size() == 1 &&
                            shapes.operands[0].shape == shapes.outputs[0].shape;
        if (!passes) return node;
    }
}

std::map<std::string, FlattenedExtents, std::less<>> flattenedWeights(const Graph& graph) {
    std::map<std::string, FlattenedExtents, std::less<>> flattened;
    const TrainedPart part(graph);
    const std::vector<Node>& nodes = part.graph().nodes();
    for (size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].op->id != "linear") continue;
        const int source = sourceOf(part, static_cast<int>(i));
        if (source < 0 || nodes[static_cast<size_t>(source)].op->id != "flatten") continue;
        const auto& operands = part.shapes().nodes[static_cast<size_t>(source)].operands;
        if (operands.empty() || operands[0].shape.rank() != 4) continue;
        const Shape& image = operands[0].shape;
        for (const NodeParameter& parameter : part.shapes().nodes[i].parameters)
            if (parameter.type.shape.rank() == 2 &&
                parameter.type.shape[1] == image[1] * image[2] * image[3])
                flattened[parameter.id] = {image[1], image[2], image[3]};
    }
    return flattened;
}

}  // namespace

WeightWishes wishesFor(const Graph& graph, WeightWishes asked) {
    asked.flattened = flattenedWeights(graph);
    for (const auto& [id, parameter] : graph.parameters())
        if (parameter.file) asked.modelNames.emplace(id, parameter.file->tensor);
    return asked;
}

namespace {

bool isUnreadStart(const Parameter& parameter) {
    return parameter.file && !parameter.trouble.empty() && parameter.type &&
           parameter.kind != ParameterKind::Constant;
}

}  // namespace

std::optional<Error> forgoUnreadStarts(Graph& graph) {
    std::optional<Error> why;
    const Graph::Parameters before = graph.parameters();
    for (const auto& [id, parameter] : before) {
        if (!isUnreadStart(parameter)) continue;
        if (!why)
            why = Error{"C02",
                        fmt::format("the numbers that the network once started with cannot be "
                                    "read again: {}",
                                    parameter.trouble),
                        {},
                        "They are not needed, since its weights are there.",
                        {}};
        Parameter forgone = parameter;
        forgone.trouble.clear();
        VITRINE_CHECK(graph.putParameter(id, std::move(forgone)).ok(), "it stood there before");
    }
    return why;
}

Result<void> startFromWeights(Project& project, const std::string& weights,
                              const WeightWishes& wishes) {
    std::vector<Parameter> unread;
    for (const auto& [id, parameter] : project.graph.parameters())
        if (isUnreadStart(parameter)) unread.push_back(parameter);
    forgoUnreadStarts(project.graph);
    const auto states = statesOf(project);
    if (!states) return states.error();
    const auto loaded = readWeightsFor(weights, *states, wishesFor(project.graph, wishes));
    if (!loaded) return loaded.error();
    for (const Parameter& parameter : unread) {
        const auto found =
            std::ranges::find(loaded->states.tensors, parameter.id, &SnapshotTensor::name);
        if (found == loaded->states.tensors.end()) continue;
        auto numbers = TensorData::of(found->dtype, found->shape, found->bytes);
        VITRINE_TRY(
            project.graph.putParameter(parameter.id, withData(parameter, std::move(numbers))));
    }
    return {};
}

}  // namespace vitrine
