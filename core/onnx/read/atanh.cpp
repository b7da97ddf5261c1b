// SPDX-License-Identifier: Apache-2.0
// Atanh: inverse of the hyperbolic tangent.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::atanh {

namespace {

void read(Context& c) { readUnary(c, "atanh"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Atanh", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::atanh
