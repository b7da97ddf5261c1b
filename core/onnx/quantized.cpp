// SPDX-License-Identifier: Apache-2.0
// Scales that repeat, rounding and saturation.
#include "core/onnx/quantized.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vitrine::onnx {

namespace {

struct Ends {
    ElementType type;
    double low, high;
};
constexpr std::array ends{
    Ends{ElementType::Uint8, 0, 255},    Ends{ElementType::Int8, -128, 127},
    Ends{ElementType::Uint16, 0, 65535}, Ends{ElementType::Int16, -32768, 32767},
    Ends{ElementType::Uint4, 0, 15},     Ends{ElementType::Int4, -8, 7},
    Ends{ElementType::Uint2, 0, 3},      Ends{ElementType::Int2, -2, 1}};

/// Each place `times` times along an axis, and no more than `most` of them.
Value repeatedAlong(Context& c, const Value& numbers, int64_t axis, int64_t times, int64_t most) {
    const Shape shape = c.shapeOf(numbers);
    std::vector<int64_t> index;
    for (int64_t k = 0; k < most; ++k) index.push_back(k / times);
    if (index.empty() || index.back() >= shape[static_cast<int>(axis)])
        c.refuse(fmt::format("blocks of {} times the scale's {} do not cover {}", times,
                             shape[static_cast<int>(axis)], most),
                 "O17");
    return c.emit("gather", c.attrs("gather").with("axis", axis),
                  {numbers, c.integersValue(index)});
}

}  // namespace

Value perPlace(Context& c, const Value& x, const Value& numbers, int64_t axis, int64_t block) {
    const Shape shape = c.shapeOf(x), steps = c.shapeOf(numbers);
    if (block > 0) {
        if (steps.rank() != shape.rank())
            c.refuse(fmt::format("a scale {} for blocks of {}", steps.text(), shape.text()), "O17");
        return repeatedAlong(c, numbers, c.axisOf(axis, shape.rank()), block,
                             shape[static_cast<int>(c.axisOf(axis, shape.rank()))]);
    }
    if (steps.elements() == 1) return c.reshape(numbers, {});
    const int64_t at = c.axisOf(axis, shape.rank());
    if (steps != Shape{shape[static_cast<int>(at)]})
        c.refuse(fmt::format("a scale {} along axis {} of {}", steps.text(), at, shape.text()),
                 "O17");
    std::vector<int64_t> extents(static_cast<size_t>(shape.rank() - at), 1);
    extents[0] = steps[0];
    return c.reshape(numbers, extents);
}

Value centred(Context& c, const Value& x, const Value& zeroPoint, DType type) {
    const Value numbers = c.cast(x, type);
    return zeroPoint.isMissing() ? numbers : c.sub(numbers, c.cast(zeroPoint, type));
}

Value quantized(Context& c, const Value& steps, const Value& zeroPoint, ElementType type) {
    const auto range = std::ranges::find(ends, type, &Ends::type);
    const DType real = c.typeOf(steps).dtype;
    if (range == ends.end()) c.refuse(fmt::format("it quantises to {}", nameOf(type)));
    Value y = c.emit("round", {steps});
    if (!zeroPoint.isMissing()) y = c.add(y, c.cast(zeroPoint, real));
    const Attrs bounds = c.attrs("clamp").with("low", range->low).with("high", range->high);
    return c.castTo(c.emit("clamp", bounds, {y}), type);
}

}  // namespace vitrine::onnx
