// SPDX-License-Identifier: Apache-2.0
// Cos: cosines.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::cos {

namespace {

void read(Context& c) { readUnary(c, "cos"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Cos", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::cos
