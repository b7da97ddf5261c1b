// SPDX-License-Identifier: Apache-2.0
// Xor: true where one is and the other is not.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::xor_op {

namespace {

void read(Context& c) { readBinary(c, "logical_xor"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Xor", .read = read};

}  // namespace vitrine::onnx::rules::xor_op
