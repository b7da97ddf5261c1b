// SPDX-License-Identifier: Apache-2.0
// Tile: whole tensors repeated along axes. Operator sets before 6 repeat one axis.
#include <fmt/format.h>
#include <algorithm>

#include "core/onnx/empty.h"
#include "core/onnx/memory_check.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::tile {

namespace {

std::vector<int64_t> repeatsOf(Context& c) {
    if (c.opset() >= 6) return c.integers(c.in(1), "repeats");
    std::vector<int64_t> repeats(static_cast<size_t>(c.rank(0)), 1);
    const int64_t axis = c.axisOf(static_cast<int64_t>(c.real(c.in(2), "axis")), c.rank(0));
    repeats[static_cast<size_t>(axis)] = static_cast<int64_t>(c.real(c.in(1), "tiles"));
    return repeats;
}

void read(Context& c) {
    const std::vector<int64_t> repeats = repeatsOf(c);
    Shape result = c.shape(0);
    if (std::ssize(repeats) != result.rank() ||
        std::ranges::any_of(repeats, [](int64_t n) { return n < 0; }))
        c.refuse(fmt::format("it repeats {} by [{}]", result.text(), fmt::join(repeats, ", ")),
                 "O17");
    const Shape x = result;
    for (int i = 0; i < result.rank(); ++i)
        if (__builtin_mul_overflow(x[i], repeats[static_cast<size_t>(i)], &result[i]))
            c.refuse(fmt::format("it repeats {} by [{}]", x.text(), fmt::join(repeats, ", ")),
                     "O20");
    if (std::ranges::count(result.dims(), 0) > 0) return c.give(0, emptyLike(c, c.in(0), result));
    checkMemory(c, result, c.dtype(0));
    // Where only single extents repeat it is what Expand says, which can follow the batch.
    bool isExpanded = true;
    for (int i = 0; i < x.rank(); ++i) isExpanded &= x[i] == result[i] || x[i] == 1;
    if (isExpanded) return c.give(0, c.expand(c.in(0), result));
    c.give(0, c.emit("tile", c.attrs("tile").with("repeats", repeats), {c.in(0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Tile", .read = read};

}  // namespace vitrine::onnx::rules::tile
