// SPDX-License-Identifier: Apache-2.0
// Sign: -1, 0 or 1.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::sign {

namespace {

void read(Context& c) { readUnary(c, "sign"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Sign", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::sign
