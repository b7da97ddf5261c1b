// SPDX-License-Identifier: Apache-2.0
// Where: one of two, as a condition says.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::where {

namespace {

void read(Context& c) { c.give(0, c.emit("where", {c.in(0), c.in(1), c.in(2)})); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Where", .since = 9, .read = read};

}  // namespace vitrine::onnx::rules::where
