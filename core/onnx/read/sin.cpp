// SPDX-License-Identifier: Apache-2.0
// Sin: sines.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::sin {

namespace {

void read(Context& c) { readUnary(c, "sin"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Sin", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::sin
