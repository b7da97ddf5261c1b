// SPDX-License-Identifier: Apache-2.0
// Mul: product of two, element by element.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::mul {

namespace {

void read(Context& c) { readBinary(c, "mul"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Mul", .read = read};

}  // namespace vitrine::onnx::rules::mul
