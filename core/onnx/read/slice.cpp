// SPDX-License-Identifier: Apache-2.0
// Slice: stretches of axes, forwards or backwards, cut off at their ends.
#include <algorithm>
#include <numeric>

#include "core/onnx/empty.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::slice {

namespace {

struct Stretch {
    int64_t start = 0, length = 0, step = 1;
};

/// Places as the standard clamps them; ends may be far past the extent.
Stretch stretchOf(int64_t start, int64_t end, int64_t step, int64_t extent) {
    const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
    if (start < 0) start += extent;
    if (end < 0) end += extent;
    start =
        std::clamp(start, step > 0 ? 0 : std::min<int64_t>(0, high), std::max<int64_t>(high, 0));
    end = std::clamp(end, low, std::max<int64_t>(high, low));
    if (extent == 0) return {};
    const int64_t distance = step > 0 ? end - start : start - end;
    const uint64_t stride =
        step > 0 ? static_cast<uint64_t>(step) : 0 - static_cast<uint64_t>(step);
    if (distance <= 0) return {start, 0, step};
    const auto length = static_cast<int64_t>((static_cast<uint64_t>(distance) - 1) / stride) + 1;
    return {start, length, length == 1 ? 1 : step};
}

/// Whether it is a node though it takes everything: of inputs of other sizes it would take less.
bool stays(const Context& c) {
    return (c.has(1) && c.stays(c.in(1))) || (c.has(2) && c.stays(c.in(2)));
}

Value cut(Context& c, const Value& x, int64_t axis, const Stretch& s) {
    const bool isWholeBatch = axis == 0 && s.length == c.shapeOf(x)[0];
    if (!stays(c) || isWholeBatch) return c.slice(x, axis, s.start, s.length, s.step);
    Value whole = x;
    if (!x.isOfShape) whole.isFixed = false;  // positions, as many as there are words: not folded
    return c.emit("slice",
                  c.attrs("slice")
                      .with("axis", axis)
                      .with("start", s.start)
                      .with("length", s.length)
                      .with("step", s.step),
                  {whole});
}

void read(Context& c) {
    const auto starts = c.integersFrom("starts", 1), ends = c.integersFrom("ends", 2);
    if (!starts || !ends) c.refuse("nothing says where it begins and ends");
    std::vector<int64_t> axes(starts->size());
    std::iota(axes.begin(), axes.end(), 0);
    if (const auto named = c.integersFrom("axes", 3)) axes = c.axesOf(*named, c.rank(0));
    const std::vector<int64_t> steps =
        c.integersFrom("steps", 4).value_or(std::vector<int64_t>(starts->size(), 1));
    if (ends->size() != starts->size() || axes.size() != starts->size() ||
        steps.size() != starts->size())
        c.refuse("its starts, ends, axes and steps are not as many", "O17");
    Value x = c.in(0);
    for (size_t k = 0; k < axes.size(); ++k) {
        const int64_t axis = c.axisOf(axes[k], c.rank(0));
        if (steps[k] == 0) c.refuse("a step is 0", "O17");
        Shape shape = c.shapeOf(x);
        int64_t& extent = shape[static_cast<int>(axis)];
        const Stretch s = stretchOf((*starts)[k], (*ends)[k], steps[k], extent);
        extent = s.length;
        x = shape.elements() == 0 ? emptyLike(c, x, shape) : cut(c, x, axis, s);
    }
    c.give(0, x);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Slice", .read = read};

}  // namespace vitrine::onnx::rules::slice
