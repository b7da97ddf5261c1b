// SPDX-License-Identifier: Apache-2.0
// Names first, then batches, then who takes pixels.
#include "core/session/array_match.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/special_nodes.h"
#include "core/session/picture_input.h"

namespace vitrine {

namespace {

Error wrongNames(std::string message, std::string next) {
    return {"U29", std::move(message), {}, "Nothing was computed.", std::move(next)};
}

/// `'a', 'b'`: of all inputs.
std::string namesOf(std::span<const NetworkInput> inputs) {
    std::vector<std::string> names;
    for (const NetworkInput& input : inputs) names.push_back("'" + input.wish.name + "'");
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

NetworkInput networkInput(const Node& node, const NetworkEnd& end, DType floatType) {
    NetworkInput input{.node = end.node, .wish = {.name = end.name}, .column = columnOf(node)};
    input.wish.isBatched = isBatched(node);
    input.wish.dtype = takenType(node, floatType);
    if (node.op == &inputNode) input.wish.shape = Shape(node.attrs.list("shape"));
    input.takesPixels = isFloat(input.wish.dtype);
    return input;
}

Result<std::vector<SharedTensor>> matched(std::span<const NetworkInput> inputs,
                                          std::span<const NamedTensor> arrays) {
    std::vector<SharedTensor> found(inputs.size());
    for (const NamedTensor& array : arrays) {
        auto input = std::ranges::find(inputs, array.name,
                                       [](const NetworkInput& each) { return each.wish.name; });
        if (array.name.empty() && inputs.size() == 1) input = inputs.begin();
        if (input == inputs.end())
            return wrongNames(
                array.name.empty()
                    ? fmt::format("an array has no name, and the network has {} inputs: {}",
                                  inputs.size(), namesOf(inputs))
                    : fmt::format("there is no input '{}', only {}", array.name,
                                  inputs.empty() ? "none" : namesOf(inputs)),
                "Name each array after its input: name=file.npy.");
        SharedTensor& place = found[static_cast<size_t>(input - inputs.begin())];
        if (place)
            return wrongNames(fmt::format("two arrays are for input '{}'", input->wish.name),
                              "Give each input one array.");
        place = array.data;
    }
    for (size_t i = 0; i < found.size(); ++i)
        if (!found[i])
            return wrongNames(
                fmt::format("input '{}' has no array, it takes {} {}", inputs[i].wish.name,
                            name(inputs[i].wish.dtype), inputs[i].wish.text()),
                "Give an array for every input.");
    return found;
}

Result<int64_t> batchOf(std::span<const NetworkInput> inputs,
                        std::span<const SharedTensor> arrays) {
    const NetworkInput* first = nullptr;
    int64_t batch = 1;
    for (size_t i = 0; i < arrays.size(); ++i) {
        const auto found = batchOf(inputs[i].wish, *arrays[i]);
        if (!found) return found.error();
        const bool isPixels = arrays[i]->dtype == DType::U8 && inputs[i].takesPixels;
        if (!isPixels) VITRINE_TRY(checkType(inputs[i].wish, arrays[i]->dtype));
        if (!inputs[i].wish.isBatched) continue;
        if (first && *found != batch)
            return Error{"P13",
                         fmt::format("'{}' has a batch of {}, and '{}' one of {}",
                                     inputs[i].wish.name, *found, first->wish.name, batch),
                         {},
                         "Nothing was computed.",
                         "Give as many examples for every input."};
        first = first ? first : &inputs[i];
        batch = *found;
    }
    return batch;
}

bool takesArrays(const ForeignNetwork& network, std::span<const NamedTensor> arrays) {
    std::vector<NetworkInput> inputs;
    std::vector<SharedTensor> found;
    for (const NamedTensor& array : arrays) {
        const bool isOnly = array.name.empty() && network.inputs.size() == 1;
        const auto end = isOnly ? network.inputs.begin()
                                : std::ranges::find(network.inputs, array.name, &NetworkEnd::name);
        if (end == network.inputs.end()) return false;
        const Node* node = network.project.graph.find(end->node);
        if (!node) return false;
        inputs.push_back(networkInput(*node, *end, network.floatType));
        found.push_back(array.data);
    }
    return batchOf(inputs, found).ok();
}

bool takesPictures(const ForeignNetwork& network) {
    return std::ranges::any_of(network.inputs, [&](const NetworkEnd& end) {
        const Node* node = network.project.graph.find(end.node);
        return node && takesPicture(networkInput(*node, end, network.floatType).wish);
    });
}

Error noExamples() {
    return {"P13",
            "the arrays hold a batch of 0",
            {},
            "Nothing was computed.",
            "Give one example at least."};
}

Result<std::vector<ColumnType>> pixelColumns(std::span<const NetworkInput> inputs,
                                             std::span<const SharedTensor> arrays) {
    std::vector<ColumnType> columns;
    for (size_t i = 0; i < arrays.size(); ++i)
        if (arrays[i]->dtype == DType::U8 && inputs[i].takesPixels &&
            std::ranges::find(columns, inputs[i].column, &ColumnType::name) == columns.end())
            columns.push_back({inputs[i].column, DType::U8});
    for (size_t i = 0; i < arrays.size(); ++i)
        if (arrays[i]->dtype != DType::U8 &&
            std::ranges::find(columns, inputs[i].column, &ColumnType::name) != columns.end())
            return Error{"P13",
                         fmt::format("'{}' is given {}, and another input of column '{}' pixels",
                                     inputs[i].wish.name, name(arrays[i]->dtype), inputs[i].column),
                         {},
                         "Nothing was computed.",
                         "Give both as bytes of pixels, or both as floats."};
    return columns;
}

}  // namespace vitrine
