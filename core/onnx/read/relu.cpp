// SPDX-License-Identifier: Apache-2.0
// Relu: negative numbers become zero.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::relu {

namespace {

void read(Context& c) { c.give(0, c.emit("relu", {c.in(0)})); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Relu", .read = read};

}  // namespace vitrine::onnx::rules::relu
