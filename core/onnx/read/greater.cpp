// SPDX-License-Identifier: Apache-2.0
// Greater: where the first is larger.
#include "core/onnx/pointwise.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::greater {

namespace {

void read(Context& c) { readBinary(c, "greater"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Greater", .read = read};

}  // namespace vitrine::onnx::rules::greater
