// SPDX-License-Identifier: Apache-2.0
// One tape in memory of its own, and where its ends lie.
#include "core/session/predict_network.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/count_text.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/probe/softmax.h"
#include "core/session/data_facts.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"

namespace vitrine {

namespace {

std::string extentsText(const Shape& shape) {
    return fmt::format("{}", fmt::join(shape.dims(), " × "));
}

/// Does an output stand for classes?
void describeClasses(const TrainedPart& part, const Roles& roles, const Source& source,
                     PredictedOutput& output) {
    const Shape& shape = output.shape;
    if (shape.rank() != 2 || shape[1] > PredictNetwork::mostClasses) return;
    const ClassRows found = classRows(part, roles, source);
    output.isClasses = found.areClasses;
    output.rows = found.kind;
    output.classColumn = found.column;
}

/// Black and white, as an input makes them of pixels.
std::pair<float, float> rangeOf(const Node& input, const Normalisation& normalisation) {
    const auto& [mean, std] = normalisation;
    const size_t channels = std::max(mean.numbers().size(), std.numbers().size());
    double black = 0 - mean.at(0), white = 1 - mean.at(0);
    black /= std.at(0);
    white /= std.at(0);
    for (int64_t c = 1; c < static_cast<int64_t>(channels); ++c) {
        black = std::min(black, (0 - mean.at(c)) / std.at(c));
        white = std::max(white, (1 - mean.at(c)) / std.at(c));
    }
    switch (scalingOf(input)) {
        case Scaling::Normalised:
            return {static_cast<float>(black), static_cast<float>(white)};
        case Scaling::Unit:
            return {0.0f, 1.0f};
        case Scaling::Raw:
            break;
    }
    return {0.0f, 255.0f};
}

/// Is an output compared with an image of the data as it is, and not as logits?
void describeRange(const TrainedPart& part, const Roles& roles, const Source& source,
                   const Project& project, PredictedOutput& output) {
    const std::vector<Node>& nodes = part.graph().nodes();
    for (const LossRole& loss : roles.losses) {
        const bool isOurs = loss.prediction.node == source.node &&
                            loss.prediction.port == source.port && loss.target.isConnected();
        if (!isOurs || nodes[static_cast<size_t>(loss.node)].op->inputs.front().id == "logits")
            continue;
        const Node& target = nodes[static_cast<size_t>(loss.target.node)];
        if (isInput(target) && !isClassInput(target) && output.shape.rank() == 4)
            output.range = rangeOf(target, project.data.normalisation);
    }
}

int64_t countOfWeights(const Model& model) {
    return std::ranges::count_if(model.states().items(), isWeights);
}

}  // namespace

std::vector<float> probabilitiesOf(const PredictedOutput& output, int64_t example) {
    return softmax(logitsOf(output.of(example), output.rows));
}

Result<std::unique_ptr<PredictNetwork>> PredictNetwork::compile(const Project& project,
                                                                ModelOptions options) {
    const int64_t batch = options.batch;
    if (options.columns.empty()) options.columns = columnTypes(project.data);
    options.normalisation = project.data.normalisation;
    options.keepsNodes = true;
    auto model = Model::compile(project.graph, {{Mode::Predict, batch}}, options);
    if (!model) return model.error();
    std::unique_ptr<PredictNetwork> network(new PredictNetwork);
    network->m_model = std::move(model).value();
    network->m_member = &network->m_model->member(Mode::Predict, batch);
    network->m_model->initialise(static_cast<uint64_t>(project.training.seed));
    network->findEnds(project);
    network->m_ofGraph = wishesFor(project.graph);
    return network;
}

void PredictNetwork::findEnds(const Project& project) {
    const TrainedPart part(project.graph, {.batch = batch()});
    const Roles roles = rolesOf(part.graph(), part.wiring(), false).value();
    for (const DataSlot& slot : m_member->data) {
        const TensorType& type = tape().value(slot.value).type;
        const Node& node = *part.graph().find(slot.node);
        m_inputs.push_back({slot.node, columnOf(node), type.dtype,
                            Shape(type.shape.dims().subspan(isBatched(node) ? 1 : 0)),
                            isBatched(node)});
    }
    for (const OutputRole& role : roles.outputs) {
        Given given{{}, tape().output("output:" + role.name)};
        given.described.name = role.name;
        given.described.shape = tape().value(given.value).type.shape;
        describeClasses(part, roles, role.source, given.described);
        describeRange(part, roles, role.source, project, given.described);
        m_outputs.push_back(std::move(given));
    }
}

void PredictNetwork::setStates(const Snapshot& states) {
    takeOver(states, m_model->states(), m_model->memory());
    m_member->executor->statesChanged();
    m_weights = {.step = states.position.step, .fresh = missingIn(states, m_model->states())};
    m_weights.isFresh = std::ssize(m_weights.fresh) == countOfWeights(*m_model);
}

Result<std::vector<Error>> PredictNetwork::loadStates(const std::string& path,
                                                      const WeightWishes& wishes) {
    WeightWishes wanted = wishes;
    wanted.flattened = m_ofGraph.flattened;
    wanted.modelNames = m_ofGraph.modelNames;
    auto loaded = loadWeights(path, m_model->states(), m_model->memory(), wanted);
    if (!loaded) return loaded.error();
    m_member->executor->statesChanged();
    m_weights = {.isFresh = false};
    return std::move(loaded->remarks);
}

Result<void> PredictNetwork::check(std::span<const std::vector<std::byte>> values) const {
    if (values.size() != m_inputs.size())
        return Error{
            "P13",
            fmt::format("the network takes {} inputs, got {}", m_inputs.size(), values.size()),
            {},
            {},
            "Give a value for every input."};
    for (size_t i = 0; i < m_inputs.size(); ++i) {
        const auto wanted = static_cast<size_t>(m_inputs[i].bytes(batch()));
        if (values[i].size() == wanted) continue;
        return Error{"P13",
                     fmt::format("the value for '{}' has {}, the network takes {} of {}: {}",
                                 m_inputs[i].node, countOf(values[i].size(), "byte"),
                                 name(m_inputs[i].dtype), extentsText(m_inputs[i].shape), wanted),
                     {},
                     {},
                     "Choose a value of the network's size."};
    }
    return {};
}

Result<void> PredictNetwork::write(std::span<const std::vector<std::byte>> values) {
    for (size_t i = 0; i < values.size(); ++i)
        VITRINE_TRY(m_model->memory().write(m_member->data[i].at, values[i]));
    return {};
}

std::vector<PredictedOutput> PredictNetwork::outputs() const {
    std::vector<PredictedOutput> outputs;
    for (const Given& given : m_outputs) {
        const std::vector<double> elements = m_member->executor->contents(given.value);
        outputs.push_back(given.described);
        outputs.back().elements.assign(elements.begin(), elements.end());
    }
    return outputs;
}

std::vector<std::vector<std::byte>> valuesOfExample(std::span<const PredictorInput> inputs,
                                                    const std::vector<Column>& columns,
                                                    const ExampleSet& set, int64_t example) {
    std::vector<std::vector<std::byte>> values;
    for (const PredictorInput& input : inputs) {
        const int column = columnNamed(columns, input.column);
        VITRINE_CHECK(column >= 0, "data that fit a network have its columns");
        const auto place = static_cast<size_t>(column);
        std::vector<std::byte>& value = values.emplace_back(columns[place].bytes());
        std::vector<std::span<std::byte>> to(columns.size());
        to[place] = value;
        set.write(example, {}, to);
    }
    return values;
}

}  // namespace vitrine
