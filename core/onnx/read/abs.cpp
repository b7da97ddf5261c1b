// SPDX-License-Identifier: Apache-2.0
// Abs: sizes without signs.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::abs {

namespace {

void read(Context& c) { readUnary(c, "abs"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Abs", .read = read};

}  // namespace vitrine::onnx::rules::abs
