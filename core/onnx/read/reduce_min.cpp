// SPDX-License-Identifier: Apache-2.0
// ReduceMin: smallest elements along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_min {

namespace {

void read(Context& c) { readReduction(c, "reduce_min"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceMin", .read = read};

}  // namespace vitrine::onnx::rules::reduce_min
