// SPDX-License-Identifier: Apache-2.0
// Tan: tangents.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::tan {

namespace {

void read(Context& c) { readUnary(c, "tan"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Tan", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::tan
