// SPDX-License-Identifier: Apache-2.0
// LessOrEqual: where the first is not larger.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::less_or_equal {

namespace {

void read(Context& c) { readBinary(c, "less_or_equal"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LessOrEqual", .since = 12, .read = read};

}  // namespace vitrine::onnx::rules::less_or_equal
