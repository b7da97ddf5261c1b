// SPDX-License-Identifier: Apache-2.0
// ConvInteger: convolution of bytes, exact.
#include "core/onnx/integer_conv.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::conv_integer {

namespace {

enum Input { X, Weight, ZeroX, ZeroWeight };

void read(Context& c) {
    const Value y =
        integerConv(c, {c.in(X), c.in(Weight), c.optional(ZeroX), c.optional(ZeroWeight)});
    c.give(0, c.cast(y, DType::I32));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ConvInteger", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::conv_integer
