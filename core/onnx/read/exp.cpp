// SPDX-License-Identifier: Apache-2.0
// Exp: e to the power of x.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::exp {

namespace {

void read(Context& c) { readUnary(c, "exp"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Exp", .read = read};

}  // namespace vitrine::onnx::rules::exp
