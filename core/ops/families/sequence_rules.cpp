// SPDX-License-Identifier: Apache-2.0
// Positions of steps, worked out in whole numbers.
#include "core/ops/families/sequence_rules.h"

#include "core/ops/families/axis_rules.h"

namespace vitrine::sequence {

namespace {

ValueId whole(Builder& b, int64_t number) {
    return b.constant({}, DType::I64, static_cast<double>(number));
}

}  // namespace

// Lengths out of range are brought into it, so that every position is one.
ValueId turned(Builder& b, ValueId x, ValueId lengths, int timeAxis) {
    const Shape shape = b.shape(x);
    const int64_t steps = shape[timeAxis], count = shape[1 - timeAxis];
    Shape alongSteps{1, 1}, alongCount{1, 1};
    alongSteps[timeAxis] = steps;
    alongCount[1 - timeAxis] = count;
    for (int axis = 2; axis < shape.rank(); ++axis) {
        alongSteps.push(1);
        alongCount.push(1);
    }
    Attrs bounds = b.attrs("clamp");
    bounds.with("low", 0.0).with("high", static_cast<double>(steps));
    const ValueId length =
        b.reshape(b.emit("clamp", bounds, {axis::cast(b, lengths, DType::I64)}), alongCount);
    const ValueId step = b.reshape(axis::cast(b, axis::counted(b, steps), DType::I64), alongSteps);
    const ValueId back = b.sub(b.sub(length, whole(b, 1)), step);
    const ValueId from = b.emit("where", {b.emit("less", {step, length}), back, step});
    const Attrs taking = b.attrs("take_along").with("axis", int64_t{timeAxis});
    return b.emit("take_along", taking, {x, b.expand(from, shape)});
}

ValueId isThere(Builder& b, ValueId lengths, int64_t step) {
    const ValueId all = axis::cast(b, lengths, DType::I64);
    const ValueId isLonger = b.emit("less", {whole(b, step), all});
    return b.reshape(isLonger, {b.shape(lengths)[0], 1});
}

}  // namespace vitrine::sequence
