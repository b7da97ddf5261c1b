// SPDX-License-Identifier: Apache-2.0
// Softsign: x / (1 + |x|).
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::softsign {

namespace {

void read(Context& c) { readUnary(c, "softsign"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Softsign", .read = read};

}  // namespace vitrine::onnx::rules::softsign
