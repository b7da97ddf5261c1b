// SPDX-License-Identifier: Apache-2.0
// Asinh: inverse of the hyperbolic sine.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::asinh {

namespace {

void read(Context& c) { readUnary(c, "asinh"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Asinh", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::asinh
