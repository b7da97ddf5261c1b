// SPDX-License-Identifier: Apache-2.0
// Axes by their numbers, and pieces of them.
#include "core/ops/families/axis_rules.h"

#include <algorithm>

#include "core/opdef/shape_rules.h"

namespace vitrine::axis {

Result<int> of(const Attrs& attrs, const Shape& x) {
    const int64_t named = attrs.integer("axis");
    const int64_t axis = named < 0 && named + x.rank() >= 0 ? named + x.rank() : named;
    VITRINE_TRY(needAxis(axis, "x", x));
    return static_cast<int>(axis);
}

int checked(const Attrs& attrs, const Shape& x) {
    const Result<int> axis = of(attrs, x);
    VITRINE_CHECK(axis.ok(), "an axis is asked for after shapes were checked");
    return *axis;
}

Shape with(const Shape& x, int axis, int64_t extent) {
    Shape result = x;
    result[axis] = extent;
    return result;
}

ValueId piece(Builder& b, ValueId x, int axis, const Piece& piece) {
    const bool isWhole = piece.start == 0 && piece.step == 1 && piece.length == b.shape(x)[axis];
    if (isWhole) return x;
    Attrs attrs = b.attrs("slice");
    attrs.with("axis", int64_t{axis}).with("start", piece.start);
    attrs.with("length", piece.length).with("step", piece.step);
    return b.emit("slice", attrs, {x});
}

ValueId turned(Builder& b, ValueId x, int axis) {
    const int64_t extent = b.shape(x)[axis];
    return extent == 1 ? x : piece(b, x, axis, {.start = -1, .length = extent, .step = -1});
}

ValueId joined(Builder& b, int axis, const std::vector<ValueId>& parts) {
    std::vector<ValueId> there;
    std::ranges::copy_if(parts, std::back_inserter(there),
                         [](ValueId part) { return part != noValue; });
    if (there.size() == 1) return there[0];
    return b.emitAll("concat", b.attrs("concat").with("axis", int64_t{axis}), there)[0];
}

ValueId padded(Builder& b, ValueId x, int axis, int64_t before, int64_t after) {
    if (before == 0 && after == 0) return x;
    Attrs attrs = b.attrs("zero_pad");
    attrs.with("axis", int64_t{axis}).with("before", before).with("after", after);
    return b.emit("zero_pad", attrs, {x});
}

ValueId cast(Builder& b, ValueId x, DType to) {
    if (b.dtype(x) == to) return x;
    return b.emit("cast", b.attrs("cast").with("to", std::string(name(to))), {x});
}

ValueId counted(Builder& b, int64_t count) {
    const ValueId ones = b.constant({count}, DType::F64, 1);
    return b.emit("cumsum", b.attrs("cumsum").with("exclusive", true), {ones});
}

}  // namespace vitrine::axis
