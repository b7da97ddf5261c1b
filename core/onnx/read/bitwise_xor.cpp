// SPDX-License-Identifier: Apache-2.0
// BitwiseXor: bits in which two differ.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::bitwise_xor {

namespace {

void read(Context& c) { readBinary(c, "bit_xor"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "BitwiseXor", .since = 18, .read = read};

}  // namespace vitrine::onnx::rules::bitwise_xor
