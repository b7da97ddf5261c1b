// SPDX-License-Identifier: Apache-2.0
// BitwiseAnd: bits that both have.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::bitwise_and {

namespace {

void read(Context& c) { readBinary(c, "bit_and"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BitwiseAnd", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::bitwise_and
