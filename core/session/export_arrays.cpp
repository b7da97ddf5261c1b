// SPDX-License-Identifier: Apache-2.0
// Pixels become floats here as the network's own first instruction would make them.
#include "core/session/export_arrays.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/guard.h"
#include "core/exec/value_bytes.h"
#include "core/graph/special_nodes.h"
#include "core/io/project_data.h"
#include "core/session/inference_timing.h"
#include "core/session/predict_network.h"
#include "core/session/weights.h"
#include "core/session/weights_project.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace {

constexpr int64_t mostKnownBytes = int64_t{256} << 20;

/// Of the pixels of one example, into the floats behind those of the others.
void appendFloats(std::vector<std::byte>& bytes, const NetworkInput& input, const Column& column,
                  std::span<const std::byte> value, const Node& node,
                  const Normalisation& normalisation) {
    const DType type = input.wish.dtype;
    const int64_t count = column.shape.elements(), first = std::ssize(bytes) / sizeOf(type);
    bytes.resize(bytes.size() + static_cast<size_t>(count * sizeOf(type)));
    const int64_t channels = column.shape.rank() > 0 ? column.shape[0] : 1;
    for (int64_t i = 0; i < count; ++i) {
        double number = readElement(value.data(), column.dtype, i);
        const int64_t channel = i / (count / channels);
        if (column.dtype == DType::U8 && scalingOf(node) != Scaling::Raw) number /= 255;
        if (column.dtype == DType::U8 && scalingOf(node) == Scaling::Normalised)
            number = (number - normalisation.mean.at(channel)) / normalisation.std.at(channel);
        writeElement(bytes.data(), type, first + i, number);
    }
}

/// Nothing where the data are not there, or hold something else than the network takes.
std::vector<NamedTensor> fromData(const Inference& network, int64_t batch, std::string& text) {
    const Project& project = network.network().project;
    if (network.network().isForeign) return {};
    const auto data = openProjectData(project, {});
    if (!data) return {};
    const ExampleSet& set = data->test.count >= batch ? data->test : data->train;
    if (set.count < batch) return {};
    std::vector<NamedTensor> arrays;
    for (const NetworkInput& input : network.inputs()) {
        const int at = data->column(input.column);
        const Node* node = project.graph.find(input.node);
        if (at < 0 || !node || !input.wish.isBatched) return {};
        const Column& column = data->columns[static_cast<size_t>(at)];
        if (column.shape != input.wish.shape || !isFloat(input.wish.dtype)) return {};
        std::vector<std::byte> bytes;
        std::vector<std::byte> value(static_cast<size_t>(column.bytes()));
        for (int64_t example = 0; example < batch; ++example) {
            std::vector<std::span<std::byte>> to(data->columns.size());
            to[static_cast<size_t>(at)] = value;
            set.write(example, {}, to);
            appendFloats(bytes, input, column, value, *node, project.data.normalisation);
        }
        Shape shape{batch};
        for (const int64_t extent : input.wish.shape.dims()) shape.push(extent);
        arrays.push_back(
            {input.wish.name, TensorData::of(input.wish.dtype, shape, std::move(bytes))});
    }
    text = fmt::format("{} {} of the data", batch,
                       &set == &data->test ? "test examples" : "training examples");
    return arrays;
}

Result<KnownValues> valuesOf(const ForeignNetwork& network, const std::string& weights,
                             DType floatType, int64_t batch, const Inference& live,
                             std::span<const NamedTensor> arrays) {
    const Graph& graph = network.project.graph;
    auto compiled = Model::compile(graph, {{Mode::Predict, batch}},
                                   {.batch = batch,
                                    .floatType = floatType,
                                    .tape = {.math = Math::Direct},
                                    .keepsNodes = true});
    if (!compiled) return compiled.error();
    Model& model = **compiled;
    model.initialise(static_cast<uint64_t>(network.project.training.seed));
    if (!weights.empty())
        VITRINE_TRY(loadWeights(weights, model.states(), model.memory(), wishesFor(graph)));
    Member& member = model.member(Mode::Predict, batch);
    for (const DataSlot& slot : member.data) {
        const auto input = std::ranges::find(live.inputs(), slot.node, &NetworkInput::node);
        if (input == live.inputs().end()) continue;
        const auto array = std::ranges::find(arrays, input->wish.name, &NamedTensor::name);
        ArrayWish wish = input->wish;
        wish.dtype = member.tape->value(slot.value).type.dtype;
        const auto fitting = converted(wish, array->data);
        if (!fitting) return fitting.error();
        VITRINE_TRY(model.memory().write(slot.at, (*fitting)->bytes));
    }
    member.executor->runAll();
    KnownValues known;
    int64_t bytes = 0;
    for (size_t node = 0; node < member.nodeValues.size(); ++node) {
        const ValueId value = member.nodeValues[node];
        if (value == noValue) continue;
        const TensorType& type = member.tape->value(value).type;
        bytes += type.shape.elements() * sizeOf(type.dtype);
        if (bytes > mostKnownBytes) break;
        known[model.nodes()[node]] = TensorData::of(
            type.dtype, type.shape, bytesOfValue(*member.tape, model.memory(), value));
    }
    return known;
}

}  // namespace

Result<KnownValues> statesOf(const Model& model) {
    KnownValues states;
    for (const StateLayout::Item& item : model.states().items()) {
        const auto view = model.memory().view(item.offset, item.bytes());
        if (!view) return view.error();
        states[item.name] =
            TensorData::of(item.dtype, item.shape, {view->bytes().begin(), view->bytes().end()});
    }
    return states;
}

ExportArrays arraysFor(const Inference& network, int64_t batch) {
    ExportArrays arrays;
    arrays.list = fromData(network, batch, arrays.text);
    if (!arrays.list.empty()) return arrays;
    arrays.list = drawnArrays(network, batch, 1);
    arrays.text = fmt::format("{} drawn example{}", batch, batch == 1 ? "" : "s");
    return arrays;
}

Result<KnownValues> nodeValuesOf(const ForeignNetwork& network, const std::string& weights,
                                 DType floatType, const Inference& live,
                                 std::span<const NamedTensor> arrays) {
    return guarded("comparing what nodes give", [&] {
        return valuesOf(network, weights, floatType, live.batch(), live, arrays);
    });
}

}  // namespace vitrine
