// SPDX-License-Identifier: Apache-2.0
// Sigmoid: squeezes numbers between 0 and 1.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::sigmoid {

namespace {

void read(Context& c) { readUnary(c, "sigmoid"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Sigmoid", .read = read};

}  // namespace vitrine::onnx::rules::sigmoid
