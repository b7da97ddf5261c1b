// SPDX-License-Identifier: Apache-2.0
// BitwiseNot: all bits turned.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::bitwise_not {

namespace {

void read(Context& c) { readUnary(c, "bit_not"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BitwiseNot", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::bitwise_not
