// SPDX-License-Identifier: Apache-2.0
// Turns are nodes one after the other: shapes of each are known.
#include "core/onnx/loops.h"

#include <fmt/format.h>

#include "core/onnx/numbers_of.h"

namespace vitrine::onnx {

void checkTurns(const Context& c, int64_t turn, const Graph& body) {
    constexpr size_t mostNodes = 100'000;
    const auto turns = static_cast<size_t>(turn);
    if (turn >= mostTurns || turns * body.nodes.size() > mostNodes)
        c.refuse(fmt::format("it turns more than {} times", turn), "O19");
}

Value truth(const Context& c, bool isTrue) { return c.scalar(DType::Bool, isTrue ? 1 : 0); }

namespace {

/// What a scan of no turns gives.
Value nothing(const Context& c, int64_t axis, const Type& declared) {
    const std::optional<DType> stored = storedType(declared.element);
    const bool isKnown =
        declared.shape && stored && declared.shape->size() < static_cast<size_t>(Shape::maxRank);
    if (!isKnown) c.refuse("it has no turn, and nothing says what it gives", "O19");
    std::vector<int64_t> extents;
    for (const Dim& dim : *declared.shape) extents.push_back(dim.value.value_or(0));
    const int64_t at = c.axisOf(axis, static_cast<int>(extents.size()) + 1);
    extents.insert(extents.begin() + at, 0);
    Value value =
        constantOf(c, computedType(*stored), Shape(std::span<const int64_t>(extents)), {});
    value.element = declared.element;
    return value;
}

}  // namespace

Value stacked(Context& c, const std::vector<Value>& list, int64_t axis, const Type& declared) {
    if (list.empty()) return nothing(c, axis, declared);
    const int64_t at = c.axisOf(axis, c.shapeOf(list.front()).rank() + 1);
    std::vector<Value> rows;
    for (const Value& value : list)
        rows.push_back(
            c.emit("unsqueeze", c.attrs("unsqueeze").with("axes", std::vector{at}), {value}));
    return c.concat(rows, at);
}

}  // namespace vitrine::onnx
