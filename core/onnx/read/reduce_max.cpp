// SPDX-License-Identifier: Apache-2.0
// ReduceMax: largest elements along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_max {

namespace {

void read(Context& c) { readReduction(c, "reduce_max"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceMax", .read = read};

}  // namespace vitrine::onnx::rules::reduce_max
