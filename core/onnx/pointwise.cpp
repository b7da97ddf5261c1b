// SPDX-License-Identifier: Apache-2.0
// Operands in the place that they have here.
#include "core/onnx/pointwise.h"

namespace vitrine::onnx {

Value placed(Context& c, const Value& a, const Value& b) {
    const Shape x = c.shapeOf(a), y = c.shapeOf(b);
    if (c.opset() >= 7 || !c.flag("broadcast", false) || y.rank() == 0 || !c.hasAttribute("axis"))
        return b;
    const int64_t axis = c.axis("axis", 0, x.rank());
    std::vector<int64_t> extents(y.dims().begin(), y.dims().end());
    const int64_t behind = x.rank() - axis - y.rank();
    if (behind < 0) c.refuse("its second operand reaches past the first", "O17");
    extents.insert(extents.end(), static_cast<size_t>(behind), 1);
    return c.reshape(b, extents);
}

void readUnary(Context& c, std::string_view op) { c.give(0, c.emit(op, {c.in(0)})); }

void readBinary(Context& c, std::string_view op) {
    c.give(0, c.emit(op, {c.in(0), placed(c, c.in(0), c.in(1))}));
}

void readChain(Context& c, std::string_view op) {
    Value sum = c.in(0);
    for (size_t k = 1; k < c.inputs(); ++k) sum = c.emit(op, {sum, c.in(k)});
    c.give(0, sum);
}

}  // namespace vitrine::onnx
