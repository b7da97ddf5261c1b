// SPDX-License-Identifier: Apache-2.0
// Mish: x · tanh(softplus(x)).
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mish {

namespace {

void read(Context& c) { readUnary(c, "mish"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Mish", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::mish
