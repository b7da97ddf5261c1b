// SPDX-License-Identifier: Apache-2.0
// Round: the nearest whole number, the even one of two.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::round {

namespace {

void read(Context& c) { readUnary(c, "round"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Round", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::round
