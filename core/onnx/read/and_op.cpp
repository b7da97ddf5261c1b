// SPDX-License-Identifier: Apache-2.0
// And: true where both are.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::and_op {

namespace {

void read(Context& c) { readBinary(c, "logical_and"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "And", .read = read};

}  // namespace vitrine::onnx::rules::and_op
