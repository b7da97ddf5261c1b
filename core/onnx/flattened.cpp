// SPDX-License-Identifier: Apache-2.0
// Several axes as one, and back.
#include "core/onnx/flattened.h"

namespace vitrine::onnx {

Flattened flattened(Context& c) {
    const Shape x = c.shape(0);
    if (c.opset() >= 13) return {c.in(0), c.axis("axis", -1, x.rank())};
    const int64_t axis = c.axis("axis", 1, x.rank());
    int64_t inner = 1, outer = 1;
    for (int k = 0; k < x.rank(); ++k) (k < axis ? outer : inner) *= x[k];
    if (inner == x[static_cast<int>(axis)]) return {c.in(0), axis};
    return {c.reshape(c.in(0), {outer, inner}), 1};
}

Value asBefore(Context& c, const Value& y) {
    const Shape x = c.shape(0);
    return c.reshape(y, {x.dims().begin(), x.dims().end()});
}

void readAlongAxis(Context& c, std::string_view op) {
    const Flattened flat = flattened(c);
    c.give(0, asBefore(c, c.emit(op, c.attrs(op).with("axis", flat.axis), {flat.x})));
}

}  // namespace vitrine::onnx
