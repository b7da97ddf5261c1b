// SPDX-License-Identifier: Apache-2.0
// Hardmax: one where the first largest number along an axis is, zeros elsewhere.
#include "core/onnx/flattened.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::hardmax {

namespace {

Value hardmax(Context& c, const Value& x, int64_t axis) {
    const Shape shape = c.shapeOf(x);
    const Attrs where = c.attrs("argmax").with("axis", axis).with("keep_axis", false);
    const Value largest = c.emit("argmax", where, {x});
    const std::string type(name(c.typeOf(x).dtype));
    const Attrs rows = c.attrs("one_hot")
                           .with("classes", shape[static_cast<int>(axis)])
                           .with("axis", axis)
                           .with("dtype", type);
    return c.emit("one_hot", rows, {largest});
}

void read(Context& c) {
    const Flattened flat = flattened(c);
    c.give(0, asBefore(c, hardmax(c, flat.x, flat.axis)));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Hardmax", .read = read};

}  // namespace vitrine::onnx::rules::hardmax
