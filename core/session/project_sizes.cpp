// SPDX-License-Identifier: Apache-2.0
// Names from the field `extents` of the inputs.
#include "core/session/project_sizes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/graph/edit.h"
#include "core/graph/input_extents.h"
#include "core/graph/names.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

/// Those that are fixed stand there as numbers.
bool isNamed(const NamedExtent& extent) {
    return !std::ranges::all_of(extent.name, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<const Node*> inputsOf(const Graph& graph) {
    std::vector<const Node*> inputs;
    for (const Node& node : graph.nodes())
        if (isInput(node) && !isClassInput(node)) inputs.push_back(&node);
    return inputs;
}

Result<void> checkNames(const std::vector<const Node*>& inputs, const ChosenExtents& chosen) {
    std::vector<std::string> open;
    for (const Node* input : inputs)
        for (const NamedExtent& extent : extentsOf(*input))
            if (isNamed(extent)) open.push_back(extent.name);
    for (const auto& [name, number] : chosen) {
        if (std::ranges::find(open, name) != open.end()) continue;
        for (std::string& word : open) word = quoted(word);
        return Error{"U29",
                     fmt::format("the project leaves no size {} open", quoted(name)),
                     {},
                     "Nothing was computed.",
                     open.empty() ? "Change the shape of the project's input."
                                  : fmt::format("Open are {}.", fmt::join(open, ", "))};
    }
    return {};
}

/// Its array by name, or the one array of the one input.
const NamedTensor* arrayFor(const Node& input, bool isOnly, std::span<const NamedTensor> arrays) {
    for (const NamedTensor& array : arrays)
        if (array.name == input.id || (array.name.empty() && isOnly)) return &array;
    return nullptr;
}

/// Of an array with as many axes, what it has where the input is open.
Result<void> noteArray(ChosenExtents& known, const Node& input, const Shape& shape) {
    const std::vector<NamedExtent> extents = extentsOf(input);
    const int first = isBatched(input) ? 1 : 0;
    if (shape.rank() != static_cast<int>(extents.size()) + first) return {};
    for (size_t k = 0; k < extents.size(); ++k) {
        if (!isNamed(extents[k])) continue;
        const int64_t extent = shape[static_cast<int>(k) + first];
        const auto [at, isNew] = known.try_emplace(extents[k].name, extent);
        if (isNew || at->second == extent) continue;
        return Error{"P13",
                     fmt::format("{} is {} and, by the array for {}, {}", quoted(extents[k].name),
                                 at->second, quoted(input.id), extent),
                     {},
                     "Nothing was computed.",
                     "Give what has the same extent there."};
    }
    return {};
}

/// Pictures that were brought to the input's size come to its new one.
void followPictures(DataSettings& data, const std::vector<int64_t>& now,
                    const std::vector<int64_t>& wanted) {
    if (now.size() != 3 || wanted.size() != 3) return;
    for (DataSettings::Field& field : data.fields)
        for (const auto& [id, k] : {std::pair("height", size_t{1}), {"width", size_t{2}}})
            if (field.id == id && field.value == FieldValue(now[k])) field.value = wanted[k];
}

}  // namespace

Result<void> giveSizes(Project& project, const ChosenExtents& chosen,
                       std::span<const NamedTensor> arrays) {
    const std::vector<const Node*> inputs = inputsOf(project.graph);
    VITRINE_TRY(checkNames(inputs, chosen));
    ChosenExtents known = chosen;
    for (const Node* input : inputs)
        if (const NamedTensor* array = arrayFor(*input, inputs.size() == 1, arrays))
            VITRINE_TRY(noteArray(known, *input, array->data->shape));
    Transaction edits;
    for (const Node* input : inputs) {
        std::vector<int64_t> shape = input->attrs.list("shape");
        const std::vector<NamedExtent> extents = extentsOf(*input);
        for (size_t k = 0; k < std::min(shape.size(), extents.size()); ++k)
            if (const auto found = known.find(extents[k].name); found != known.end())
                shape[k] = found->second;
        if (shape == input->attrs.list("shape")) continue;
        followPictures(project.data, input->attrs.list("shape"), shape);
        edits.push_back(edit::SetField{input->id, "shape", std::move(shape)});
    }
    const Result<Transaction> done = perform(project.graph, edits);
    return done ? Result<void>() : Result<void>(done.error());
}

}  // namespace vitrine
