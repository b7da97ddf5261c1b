// SPDX-License-Identifier: Apache-2.0
// Arrays find their inputs, their batch finds its tape.
#include "core/session/inference.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/guard.h"
#include "core/base/nearest_word.h"
#include "core/exec/value_bytes.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"
#include "core/graph/trained_part.h"
#include "core/session/predict_network.h"
#include "core/session/weights.h"

namespace vitrine {

namespace {

Error wrongNames(std::string message, std::string next) {
    return {"U29", std::move(message), {}, "Nothing was computed.", std::move(next)};
}

/// `'a', 'b'`: of all inputs.
std::string namesOf(const std::vector<InferenceInput>& inputs) {
    std::vector<std::string> names;
    for (const InferenceInput& input : inputs) names.push_back("'" + input.wish.name + "'");
    return fmt::format("{}", fmt::join(names, ", "));
}

InferenceInput inputOf(const Node& node, const NetworkEnd& end, DType floatType) {
    InferenceInput input{.node = end.node, .wish = {.name = end.name}, .column = columnOf(node)};
    input.wish.isBatched = isBatched(node);
    input.wish.dtype = takenType(node, floatType);
    if (node.op == &inputNode) input.wish.shape = Shape(node.attrs.list("shape"));
    input.takesPixels = isFloat(input.wish.dtype);
    return input;
}

/// Which classes an output stands for, where a loss says so or it could be some.
void describeClasses(const TrainedPart& part, const Roles& roles, const OutputRole& role,
                     InferenceOutput& output) {
    const NodeShapes& shapes = part.shapes().nodes[static_cast<size_t>(role.source.node)];
    const Shape& shape = shapes.outputs[static_cast<size_t>(role.source.port)].shape;
    if (shape.rank() != 2 || shape[1] < 2 || shape[1] > PredictNetwork::mostClasses) return;
    output.isClasses = roles.losses.empty();
    for (const LossRole& loss : roles.losses) {
        if (loss.prediction.node != role.source.node || loss.prediction.port != role.source.port)
            continue;
        const Node& target = part.graph().nodes()[static_cast<size_t>(loss.target.node)];
        if (!isInput(target) || !isClassInput(target)) continue;
        output.isClasses = true;
        output.classColumn = columnOf(target);
    }
}

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
            m_inputs.push_back(inputOf(*node, end, m_options.floatType));
    for (const NetworkEnd& end : m_network.outputs) {
        InferenceOutput output{.name = end.name, .output = "output:" + end.node, .type = end.type};
        const auto role = std::ranges::find(roles->outputs, end.node, &OutputRole::name);
        if (role == roles->outputs.end()) continue;
        describeClasses(part, *roles, *role, output);
        m_outputs.push_back(std::move(output));
    }
    return {};
}

Result<Inference::Arrays> Inference::assigned(std::span<const NamedTensor> arrays) const {
    Arrays found(m_inputs.size());
    for (const NamedTensor& array : arrays) {
        auto input = std::ranges::find(m_inputs, array.name,
                                       [](const InferenceInput& each) { return each.wish.name; });
        if (array.name.empty() && m_inputs.size() == 1) input = m_inputs.begin();
        if (input == m_inputs.end())
            return wrongNames(
                array.name.empty()
                    ? fmt::format("an array has no name, and the network has {} inputs: {}",
                                  m_inputs.size(), namesOf(m_inputs))
                    : fmt::format("there is no input '{}', only {}", array.name,
                                  m_inputs.empty() ? "none" : namesOf(m_inputs)),
                "Name each array after its input: name=file.npy.");
        SharedTensor& place = found[static_cast<size_t>(input - m_inputs.begin())];
        if (place)
            return wrongNames(fmt::format("two arrays are for input '{}'", input->wish.name),
                              "Give each input one array.");
        place = array.data;
    }
    for (size_t i = 0; i < found.size(); ++i)
        if (!found[i])
            return wrongNames(
                fmt::format("input '{}' has no array, it takes {} {}", m_inputs[i].wish.name,
                            name(m_inputs[i].wish.dtype), m_inputs[i].wish.text()),
                "Give an array for every input.");
    return found;
}

/// All arrays with a batch have the same.
Result<int64_t> Inference::batchOfAll(const Arrays& arrays) const {
    const InferenceInput* first = nullptr;
    int64_t batch = 1;
    for (size_t i = 0; i < arrays.size(); ++i) {
        const auto found = batchOf(m_inputs[i].wish, *arrays[i]);
        if (!found) return found.error();
        if (!m_inputs[i].wish.isBatched) continue;
        if (first && *found != batch)
            return Error{"P13",
                         fmt::format("'{}' has a batch of {}, and '{}' one of {}",
                                     m_inputs[i].wish.name, *found, first->wish.name, batch),
                         {},
                         "Nothing was computed.",
                         "Give as many examples for every input."};
        first = first ? first : &m_inputs[i];
        batch = *found;
    }
    return batch;
}

/// Bytes of pixels come in as a column of the data does.
Result<std::vector<ColumnType>> Inference::columnsFor(const Arrays& arrays) const {
    std::vector<ColumnType> columns;
    for (size_t i = 0; i < arrays.size(); ++i)
        if (arrays[i]->dtype == DType::U8 && m_inputs[i].takesPixels &&
            std::ranges::find(columns, m_inputs[i].column, &ColumnType::name) == columns.end())
            columns.push_back({m_inputs[i].column, DType::U8});
    for (size_t i = 0; i < arrays.size(); ++i)
        if (arrays[i]->dtype != DType::U8 &&
            std::ranges::find(columns, m_inputs[i].column, &ColumnType::name) != columns.end())
            return Error{
                "P13",
                fmt::format("'{}' is given {}, and another input of column '{}' pixels",
                            m_inputs[i].wish.name, name(arrays[i]->dtype), m_inputs[i].column),
                {},
                "Nothing was computed.",
                "Give both as bytes of pixels, or both as floats."};
    return columns;
}

Result<Inference::Compiled*> Inference::compiledFor(int64_t batch,
                                                    const std::vector<ColumnType>& columns) {
    const auto [entry, isNew] = m_compiled.try_emplace({batch, textOf(columns)});
    Compiled& compiled = entry->second;
    if (compiled.model) return &compiled;
    const Project& project = m_network.project;
    auto model = Model::compile(project.graph, {{Mode::Predict, batch}},
                                {.batch = batch,
                                 .floatType = m_options.floatType,
                                 .columns = columns,
                                 .normalisation = project.data.normalisation,
                                 .threads = m_options.threads});
    if (!model) return model.error();
    (*model)->initialise(static_cast<uint64_t>(project.training.seed));
    if (!m_options.weights.empty())
        VITRINE_TRY(loadWeights(m_options.weights, (*model)->states(), (*model)->memory()));
    compiled.model = std::move(model).value();
    compiled.member = &compiled.model->member(Mode::Predict, batch);
    if (const int64_t key = compiled.member->rngKey; key >= 0)
        VITRINE_TRY(compiled.model->memory().fill(key, 2 * sizeOf(DType::I64)));
    return &compiled;
}

Result<void> Inference::write(const Arrays& arrays) {
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
    const auto found = assigned(arrays);
    if (!found) return found.error();
    const auto batch = batchOfAll(*found);
    if (!batch) return batch.error();
    const auto columns = columnsFor(*found);
    if (!columns) return columns.error();
    const auto compiled = compiledFor(*batch, *columns);
    if (!compiled) return compiled.error();
    m_current = *compiled;
    return write(*found);
}

void Inference::compute() { m_current->member->executor->runAll(); }

std::vector<NamedTensor> Inference::answers() const {
    const Tape& tape = *m_current->member->tape;
    std::vector<NamedTensor> answers;
    for (const InferenceOutput& output : m_outputs) {
        const ValueId value = tape.output(output.output);
        const TensorType& type = tape.value(value).type;
        SharedTensor array = TensorData::of(type.dtype, type.shape,
                                            bytesOfValue(tape, m_current->model->memory(), value));
        answers.push_back({output.name, output.type ? rounded(array, *output.type) : array});
    }
    return answers;
}

Result<std::vector<NamedTensor>> Inference::run(std::span<const NamedTensor> arrays) {
    VITRINE_TRY(prepare(arrays));
    compute();
    return answers();
}

}  // namespace vitrine
