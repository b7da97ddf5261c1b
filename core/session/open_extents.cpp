// SPDX-License-Identifier: Apache-2.0
// Goes over the inputs that a model asks for.
#include "core/session/open_extents.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/graph/names.h"
#include "core/onnx/network.h"
#include "core/session/asked_sizes.h"
#include "core/tensor/shape.h"

namespace vitrine {

namespace {

constexpr int64_t usualPicture = 224;

/// `x[2]` is the third of `x`; nothing where a name is no such word.
std::optional<size_t> placeIn(std::string_view input, std::string_view name) {
    if (!name.starts_with(input) || !name.ends_with(']')) return {};
    name.remove_prefix(input.size());
    if (!name.starts_with('[')) return {};
    name = name.substr(1, name.size() - 2);
    size_t place = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), place);
    const bool isPlace = failure == std::errc() && end == name.data() + name.size() &&
                         place < static_cast<size_t>(Shape::maxRank);
    return isPlace ? std::optional(place) : std::nullopt;
}

Error noShape(const onnx::Model& model, const onnx::ValueInfo& input) {
    return {"O18",
            fmt::format("the file does not tell the shape of input {} of {}", quoted(input.name),
                        quoted(model.path)),
            {},
            "Nothing was opened.",
            fmt::format("Give the extents behind the batch by their places: the first of them is "
                        "'{}[1]'.",
                        printable(input.name, 40))};
}

}  // namespace

std::vector<OpenExtent> openExtents(const onnx::Model& model) {
    std::vector<OpenExtent> open;
    for (const onnx::ValueInfo* input : askedInputs(model)) {
        const auto& shape = input->type.shape;
        for (size_t k = 1; shape && k < shape->size(); ++k) {
            const std::string symbol = onnx::extentName(*input, k);
            const bool isKnown = std::ranges::find(open, symbol, &OpenExtent::symbol) != open.end();
            if (!onnx::isOpen((*shape)[k]) || isKnown) continue;
            const bool isPicture = shape->size() == 4 && k >= 2;
            open.push_back({symbol, std::string(input->name), static_cast<int64_t>(k),
                            isPicture ? usualPicture : 0});
        }
    }
    return open;
}

void giveShapes(onnx::Model& model, const ChosenExtents& chosen) {
    for (onnx::ValueInfo& input : model.graph->inputs) {
        if (input.type.shape || input.type.kind != onnx::Type::Kind::Tensor) continue;
        size_t rank = 0;
        for (const auto& [name, extent] : chosen)
            if (const auto place = placeIn(input.name, name)) rank = std::max(rank, *place + 1);
        if (rank > 0) input.type.shape = std::vector<onnx::Dim>(rank);
    }
}

std::string sizesText(const ChosenExtents& extents) {
    std::vector<std::string> words;
    for (const auto& [name, extent] : extents)
        words.push_back(fmt::format("{}={}", printable(name, 40), extent));
    return fmt::format("{}", fmt::join(words, ", "));
}

Result<void> checkChosen(const onnx::Model& model, const ChosenExtents& chosen) {
    for (const onnx::ValueInfo* input : askedInputs(model))
        if (!input->type.shape && input->type.kind == onnx::Type::Kind::Tensor)
            return noShape(model, *input);
    std::vector<std::string> missing;
    for (const OpenExtent& extent : openExtents(model))
        if (!chosen.contains(extent.symbol))
            missing.push_back(fmt::format("{} (axis {} of {})", quoted(extent.symbol), extent.axis,
                                          quoted(extent.input)));
    if (missing.empty()) return {};
    return Error{"O18",
                 fmt::format("{} leaves {} open: {}", quoted(model.path),
                             countOf(missing.size(), "size"), fmt::join(missing, ", ")),
                 {},
                 "Nothing was opened.",
                 missing.size() == 1 ? "Give it a number." : "Give each of them a number."};
}

}  // namespace vitrine
