// SPDX-License-Identifier: Apache-2.0
// Softplus: ln(eˣ + 1).
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::softplus {

namespace {

void read(Context& c) { readUnary(c, "softplus"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Softplus", .read = read};

}  // namespace vitrine::onnx::rules::softplus
