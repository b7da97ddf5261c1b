// SPDX-License-Identifier: Apache-2.0
// Det: determinants of matrices.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::det {

namespace {

void read(Context& c) { c.give(0, c.emit("det", {c.in(0)})); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Det", .since = 11, .read = read};

}  // namespace vitrine::onnx::rules::det
