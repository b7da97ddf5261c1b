// SPDX-License-Identifier: Apache-2.0
// Pow: the first to the power of the second, in the type of the first.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::pow {

namespace {

void read(Context& c) {
    const Value y = placed(c, c.in(0), c.in(1));
    const DType base = c.dtype(0), exponent = c.dtype(1);
    // Whole numbers to a broken power are computed as floats.
    const DType type = isFloat(base) || !isFloat(exponent) ? base : DType::F64;
    const Value power = c.emit("pow", {c.cast(c.in(0), type), c.cast(y, type)});
    Value result = c.cast(power, base);
    result.element = c.in(0).element;
    c.give(0, result);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Pow", .read = read};

}  // namespace vitrine::onnx::rules::pow
