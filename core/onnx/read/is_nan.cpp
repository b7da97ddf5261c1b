// SPDX-License-Identifier: Apache-2.0
// IsNaN: where numbers are none.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::is_nan {

namespace {

void read(Context& c) { readUnary(c, "is_nan"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "IsNaN", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::is_nan
