// SPDX-License-Identifier: Apache-2.0
// Relu: negative numbers become zero.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::relu {

namespace {

void read(Context& c) {
    const DType type = c.dtype(0);
    if (isFloat(type)) return readUnary(c, "relu");
    c.give(0, c.emit("max", {c.in(0), c.scalar(type, 0)}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Relu", .read = read};

}  // namespace vitrine::onnx::rules::relu
