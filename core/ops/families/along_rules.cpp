// SPDX-License-Identifier: Apache-2.0
// Derivatives of picking elements, and positions.
#include "core/ops/families/along_rules.h"

#include "core/opdef/shape_rules.h"

namespace vitrine::along {

void selectionVjp(VjpContext& c) {
    const Shape x = c.b.shape(c.in(0));
    const int axis = axis::checked(c.instr.attrs, x);
    Attrs attrs = c.b.attrs("put_along");
    attrs.with("axis", int64_t{axis}).with("size", x[axis]);
    c.inGrad[0] = c.b.emit("put_along", attrs, {c.outGrad[0], c.out(1)});
}

void selectionJvp(JvpContext& c) {
    const Attrs attrs = c.b.attrs("take_along").with("axis", c.instr.attrs.get("axis"));
    c.outTangent[0] = c.b.emit("take_along", attrs, {c.inTangent[0], c.out(1)});
}

namespace {

Shape withoutAxis(const Attrs& attrs, const Shape& x, int axis) {
    Shape result;
    for (int i = 0; i < x.rank(); ++i)
        if (i != axis || attrs.flag("keep_axis")) result.push(i == axis ? 1 : x[i]);
    return result;
}

}  // namespace

Result<std::vector<ValueShape>> positionShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    VITRINE_TRY(needSize("x", x));
    const Result<int> axis = axis::of(attrs, x);
    if (!axis.ok()) return axis.error();
    return oneResult(withoutAxis(attrs, x, *axis), DType::I64);
}

std::vector<ValueId> positions(Builder& b, const Attrs& attrs, ValueId x, bool largest) {
    const int axis = axis::checked(attrs, b.shape(x));
    Attrs window = b.attrs("window_extreme");
    window.with("axis", int64_t{axis}).with("largest", largest);
    const ValueId index = b.emitAll("window_extreme", window, std::span(&x, 1))[1];
    return {b.reshape(index, withoutAxis(attrs, b.shape(x), axis))};
}

}  // namespace vitrine::along
