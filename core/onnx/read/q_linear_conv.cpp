// SPDX-License-Identifier: Apache-2.0
// QLinearConv: convolution of bytes, in steps of another scale.
#include "core/onnx/integer_conv.h"
#include "core/onnx/quantized.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::q_linear_conv {

namespace {

enum Input { X, ScaleX, ZeroX, Weight, ScaleWeight, ZeroWeight, ScaleY, ZeroY, Bias };

void read(Context& c) {
    const int behind = c.rank(X) - 2;
    const auto wide = [&](size_t k) { return c.cast(perFilter(c, c.in(k), behind), DType::F64); };
    Value sum = integerConv(c, {c.in(X), c.in(Weight), c.in(ZeroX), c.in(ZeroWeight)});
    if (c.has(Bias)) sum = c.add(sum, wide(Bias));
    const Value scale = c.div(c.mul(wide(ScaleX), wide(ScaleWeight)), wide(ScaleY));
    c.give(0, quantized(c, c.mul(sum, scale), c.reshape(c.in(ZeroY), {}), c.in(ZeroY).element));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "QLinearConv", .since = 10, .read = read};

}  // namespace vitrine::onnx::rules::q_linear_conv
