// SPDX-License-Identifier: Apache-2.0
// ArgMax: where the largest element along an axis is, the first or the last of equals.
#include "core/onnx/context.h"
#include "core/onnx/position.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::arg_max {

namespace {

void read(Context& c) { readPosition(c, "argmax"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ArgMax", .read = read};

}  // namespace vitrine::onnx::rules::arg_max
