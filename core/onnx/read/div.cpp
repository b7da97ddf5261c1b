// SPDX-License-Identifier: Apache-2.0
// Div: quotient of two; of whole numbers towards zero.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::div {

namespace {

void read(Context& c) { readBinary(c, "div"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Div", .read = read};

}  // namespace vitrine::onnx::rules::div
