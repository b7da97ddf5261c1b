// SPDX-License-Identifier: Apache-2.0
// Acos: angles by their cosines.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::acos {

namespace {

void read(Context& c) { readUnary(c, "acos"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Acos", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::acos
