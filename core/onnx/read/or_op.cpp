// SPDX-License-Identifier: Apache-2.0
// Or: true where one is.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::or_op {

namespace {

void read(Context& c) { readBinary(c, "logical_or"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Or", .read = read};

}  // namespace vitrine::onnx::rules::or_op
