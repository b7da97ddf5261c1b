// SPDX-License-Identifier: Apache-2.0
// Tanh: squeezes numbers between −1 and 1.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::tanh {

namespace {

void read(Context& c) { readUnary(c, "tanh"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Tanh", .read = read};

}  // namespace vitrine::onnx::rules::tanh
