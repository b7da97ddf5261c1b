// SPDX-License-Identifier: Apache-2.0
// HardSwish: x times a line from 0 to 1 between −3 and 3.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::hard_swish {

namespace {

void read(Context& c) { readUnary(c, "hard_swish"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "HardSwish", .since = 14, .read = read};

}  // namespace vitrine::onnx::rules::hard_swish
