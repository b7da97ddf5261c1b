// SPDX-License-Identifier: Apache-2.0
// GreaterOrEqual: where the first is not smaller.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::greater_or_equal {

namespace {

void read(Context& c) { readBinary(c, "greater_or_equal"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "GreaterOrEqual", .since = 12, .read = read};

}  // namespace vitrine::onnx::rules::greater_or_equal
