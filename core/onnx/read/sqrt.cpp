// SPDX-License-Identifier: Apache-2.0
// Sqrt: square roots.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::sqrt {

namespace {

void read(Context& c) { readUnary(c, "sqrt"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Sqrt", .read = read};

}  // namespace vitrine::onnx::rules::sqrt
