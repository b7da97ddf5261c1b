// SPDX-License-Identifier: Apache-2.0
// Log: natural logarithms.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::log {

namespace {

void read(Context& c) { readUnary(c, "log"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Log", .read = read};

}  // namespace vitrine::onnx::rules::log
