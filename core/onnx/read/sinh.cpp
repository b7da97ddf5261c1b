// SPDX-License-Identifier: Apache-2.0
// Sinh: hyperbolic sines.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::sinh {

namespace {

void read(Context& c) { readUnary(c, "sinh"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Sinh", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::sinh
