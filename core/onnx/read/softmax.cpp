// SPDX-License-Identifier: Apache-2.0
// Softmax: along an axis, or up to opset 12 over that axis and all behind it together.
#include "core/onnx/flattened.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::softmax {

namespace {

void read(Context& c) { readAlongAxis(c, "softmax"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Softmax", .read = read};

}  // namespace vitrine::onnx::rules::softmax
