// SPDX-License-Identifier: Apache-2.0
// Reciprocal: 1 / x.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reciprocal {

namespace {

void read(Context& c) { readUnary(c, "reciprocal"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Reciprocal", .read = read};

}  // namespace vitrine::onnx::rules::reciprocal
