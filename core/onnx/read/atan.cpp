// SPDX-License-Identifier: Apache-2.0
// Atan: angles by their tangents.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::atan {

namespace {

void read(Context& c) { readUnary(c, "atan"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Atan", .since = 7, .read = read};

}  // namespace vitrine::onnx::rules::atan
