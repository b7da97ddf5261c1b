// SPDX-License-Identifier: Apache-2.0
// LogSoftmax: logarithms of Softmax, exact where it is too small.
#include "core/onnx/flattened.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::log_softmax {

namespace {

void read(Context& c) { readAlongAxis(c, "log_softmax"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "LogSoftmax", .read = read};

}  // namespace vitrine::onnx::rules::log_softmax
