// SPDX-License-Identifier: Apache-2.0
// Ceil: the next whole number up.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::ceil {

namespace {

void read(Context& c) { readUnary(c, "ceil"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Ceil", .read = read};

}  // namespace vitrine::onnx::rules::ceil
