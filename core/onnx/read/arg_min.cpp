// SPDX-License-Identifier: Apache-2.0
// ArgMin: where the smallest element along an axis is, the first or the last of equals.
#include "core/onnx/context.h"
#include "core/onnx/position.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::arg_min {

namespace {

void read(Context& c) { readPosition(c, "argmin"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ArgMin", .read = read};

}  // namespace vitrine::onnx::rules::arg_min
