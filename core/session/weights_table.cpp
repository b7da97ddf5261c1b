// SPDX-License-Identifier: Apache-2.0
// A match in words.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/session/weights_match.h"

namespace vitrine {

namespace {

constexpr size_t widest = 48;

std::string shown(const std::string& name) { return printable(name, 160); }

/// Columns that are as wide as most of what stands in them.
size_t widthOf(const WeightsMatch& match) {
    size_t width = 8;
    for (const MatchedState& state : match.states)
        width = std::max(width, std::min(widest, state.item->name.size()));
    return width;
}

std::string typeText(const StoredTensor& tensor) {
    return tensor.order.empty()
               ? printable(tensor.typeName, 40)
               : fmt::format("{}, {}", printable(tensor.typeName, 40), tensor.order);
}

}  // namespace

std::string summaryOf(const WeightsMatch& match) {
    std::string text = fmt::format("{} of the network's {}, {}", fmt::group_digits(match.matched()),
                                   countOf(match.states.size(), "tensor"), match.how);
    const size_t left = match.unused.size();
    if (left > 0)
        text += fmt::format("; {} of the file {} left over", fmt::group_digits(left),
                            left == 1 ? "is" : "are");
    return text;
}

std::string tableOf(const WeightsMatch& match) {
    const size_t width = widthOf(match);
    std::string text;
    for (const MatchedState& state : match.states)
        if (state.tensor)
            text += fmt::format("{:<{}}  {} {}  <- {} ({})\n", state.item->name, width,
                                name(state.item->dtype), state.item->shape.text(),
                                shown(state.tensor->name), typeText(*state.tensor));
    for (const MatchedState& state : match.states)
        if (!state.tensor)
            text += fmt::format("{:<{}}  {} {}  -- {}\n", state.item->name, width,
                                name(state.item->dtype), state.item->shape.text(), state.why);
    for (const UnusedTensor& unused : match.unused)
        text += fmt::format("left over: {}  {} {}  -- {}\n", shown(unused.tensor->name),
                            typeText(*unused.tensor), unused.tensor->shapeText(), unused.why);
    return text;
}

}  // namespace vitrine
