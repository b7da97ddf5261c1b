// SPDX-License-Identifier: Apache-2.0
// Neg: the other sign.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::neg {

namespace {

void read(Context& c) { readUnary(c, "neg"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Neg", .read = read};

}  // namespace vitrine::onnx::rules::neg
