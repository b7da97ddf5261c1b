// SPDX-License-Identifier: Apache-2.0
// Arrays find their inputs, their batch finds its tape.
#include "core/session/inference.h"

#include <algorithm>

#include "core/base/guard.h"
#include "core/exec/value_bytes.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/session/predict_network.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"

namespace vitrine {

namespace {

/// Which classes an output stands for, where a loss says so or it could be some.
void describeClasses(const TrainedPart& part, const Roles& roles, const OutputRole& role,
                     InferenceOutput& output) {
    const NodeShapes& shapes = part.shapes().nodes[static_cast<size_t>(role.source.node)];
    const Shape& shape = shapes.outputs[static_cast<size_t>(role.source.port)].shape;
    if (shape.rank() != 2 || shape[1] < 2 || shape[1] > PredictNetwork::mostClasses) return;
    const ClassRows found = classRows(part, roles, role.source);
    output.isClasses = found.areClasses;
    output.classes = shape[1];
    output.rows = found.kind;
    output.classColumn = found.column;
}

/// Networks for other batches go where they would take more: each has weights of its own.
constexpr int64_t mostBytesKept = int64_t{1} << 30;

constexpr size_t outputPrefix = std::string_view("output:").size();

std::string textOf(const std::vector<ColumnType>& columns) {
    std::string text;
    for (const ColumnType& column : columns) text += column.name + '\n';
    return text;
}

}  // namespace

Result<std::unique_ptr<Inference>> Inference::create(ForeignNetwork network, Options options) {
    std::unique_ptr<Inference> made(new Inference(std::move(network), std::move(options)));
    VITRINE_TRY(made->findEnds());
    return made;
}

Result<void> Inference::findEnds() {
    const TrainedPart part(m_network.project.graph, {.batch = 1, .floatType = m_options.floatType});
    if (!part.shapes().ok()) return part.shapes().errors.front();
    const auto roles = rolesOf(part.graph(), part.wiring(), false);
    if (!roles) return roles.error();
    for (const NetworkEnd& end : m_network.inputs)
        if (const Node* node = part.graph().find(end.node))
            m_inputs.push_back(networkInput(*node, end, m_options.floatType));
    for (const NetworkEnd& end : m_network.outputs) {
        InferenceOutput output{.name = end.name, .output = "output:" + end.node, .type = end.type};
        const auto role = std::ranges::find(roles->outputs, end.node, &OutputRole::name);
        if (role == roles->outputs.end()) continue;
        describeClasses(part, *roles, *role, output);
        m_outputs.push_back(std::move(output));
    }
    return {};
}

int64_t Inference::bytesKept() const {
    int64_t bytes = 0;
    for (const auto& [key, compiled] : m_compiled)
        if (compiled.model) bytes += compiled.model->arenaBytes();
    return bytes;
}

Result<Inference::Compiled*> Inference::compiledFor(int64_t batch,
                                                    const std::vector<ColumnType>& columns) {
    const std::pair key{batch, textOf(columns)};
    if (!m_compiled.contains(key) && bytesKept() > mostBytesKept) m_compiled.clear();
    const auto [entry, isNew] = m_compiled.try_emplace(key);
    Compiled& compiled = entry->second;
    if (compiled.model) return &compiled;
    const Project& project = m_network.project;
    auto model = Model::compile(project.graph, {{Mode::Predict, batch}},
                                {.batch = batch,
                                 .floatType = m_options.floatType,
                                 .columns = columns,
                                 .normalisation = project.data.normalisation,
                                 .tape = {.math = m_options.math},
                                 .threads = m_options.threads});
    if (!model) return model.error();
    (*model)->initialise(static_cast<uint64_t>(project.training.seed));
    if (!m_options.weights.empty())
        VITRINE_TRY(loadWeights(m_options.weights, (*model)->states(), (*model)->memory(),
                                wishesFor(project.graph, m_options.wishes)));
    compiled.model = std::move(model).value();
    compiled.member = &compiled.model->member(Mode::Predict, batch);
    if (const int64_t drawn = compiled.member->rngKey; drawn >= 0)
        VITRINE_TRY(compiled.model->memory().fill(drawn, 2 * sizeOf(DType::I64)));
    return &compiled;
}

Result<void> Inference::write(const std::vector<SharedTensor>& arrays) {
    const Tape& tape = *m_current->member->tape;
    for (size_t i = 0; i < arrays.size(); ++i) {
        const auto slot =
            std::ranges::find(m_current->member->data, m_inputs[i].node, &DataSlot::node);
        if (slot == m_current->member->data.end()) continue;
        ArrayWish wish = m_inputs[i].wish;
        wish.dtype = tape.value(slot->value).type.dtype;
        const auto array = converted(wish, arrays[i]);
        if (!array) return array.error();
        VITRINE_TRY(m_current->model->memory().write(slot->at, (*array)->bytes));
    }
    return {};
}

Result<void> Inference::prepare(std::span<const NamedTensor> arrays) {
    const auto found = matched(m_inputs, arrays);
    if (!found) return found.error();
    const auto batch = batchOf(m_inputs, *found);
    if (!batch) return batch.error();
    if (*batch == 0) return noExamples();
    const auto columns = pixelColumns(m_inputs, *found);
    if (!columns) return columns.error();
    const auto compiled = compiledFor(*batch, *columns);
    if (!compiled) return compiled.error();
    m_current = *compiled;
    return write(*found);
}

void Inference::compute() { m_current->member->executor->runAll(); }

SharedTensor Inference::asDeclared(const InferenceOutput& output, SharedTensor array) const {
    // Whoever asks a network of less for float64 wants all of it.
    const bool isWidened = m_options.floatType != m_network.floatType;
    const bool isKept = !output.type || (isWidened && isFloat(*output.type));
    return isKept ? array : rounded(std::move(array), *output.type);
}

std::vector<NamedTensor> Inference::answers() const {
    const Tape& tape = *m_current->member->tape;
    std::vector<NamedTensor> answers;
    for (const InferenceOutput& output : m_outputs) {
        const ValueId value = tape.output(output.output);
        const TensorType& type = tape.value(value).type;
        SharedTensor array = TensorData::of(type.dtype, type.shape,
                                            bytesOfValue(tape, m_current->model->memory(), value));
        answers.push_back({output.name, asDeclared(output, std::move(array))});
    }
    return answers;
}

/// Each output for no example: its extents, and no number.
Result<std::vector<NamedTensor>> Inference::answersForNone() const {
    const Graph& graph = m_network.project.graph;
    const TrainedPart one(graph, {.batch = 1, .floatType = m_options.floatType});
    const TrainedPart two(graph, {.batch = 2, .floatType = m_options.floatType});
    const auto roles = rolesOf(one.graph(), one.wiring(), false);
    if (!roles) return roles.error();
    std::vector<NamedTensor> answers;
    for (const InferenceOutput& output : m_outputs) {
        const auto role = std::ranges::find(roles->outputs, output.output.substr(outputPrefix),
                                            &OutputRole::name);
        const auto typeIn = [&](const TrainedPart& part) {
            return part.shapes()
                .nodes[static_cast<size_t>(role->source.node)]
                .outputs[static_cast<size_t>(role->source.port)];
        };
        const DType dtype = typeIn(one).dtype;
        Shape shape = typeIn(one).shape;
        const Shape ofTwo = two.shapes().ok() ? typeIn(two).shape : shape;
        // One that is the same for all examples, or counts them otherwise, has numbers.
        if (shape.rank() == 0 || ofTwo.rank() == 0 || ofTwo[0] != 2 * shape[0]) return noExamples();
        shape[0] = 0;
        answers.push_back({output.name, asDeclared(output, TensorData::of(dtype, shape, {}))});
    }
    return answers;
}

Result<std::vector<NamedTensor>> Inference::run(std::span<const NamedTensor> arrays) {
    const auto found = matched(m_inputs, arrays);
    if (!found) return found.error();
    const auto batch = batchOf(m_inputs, *found);
    if (!batch) return batch.error();
    if (*batch == 0) return answersForNone();
    VITRINE_TRY(prepare(arrays));
    compute();
    return answers();
}

}  // namespace vitrine
