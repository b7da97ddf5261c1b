// SPDX-License-Identifier: Apache-2.0
// BitwiseOr: bits that one has.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::bitwise_or {

namespace {

void read(Context& c) { readBinary(c, "bit_or"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BitwiseOr", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::bitwise_or
