// SPDX-License-Identifier: Apache-2.0
// Erf: the error function.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::erf {

namespace {

void read(Context& c) { readUnary(c, "erf"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Erf", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::erf
