// SPDX-License-Identifier: Apache-2.0
// ReduceL1: sums of sizes along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_l1 {

namespace {

void read(Context& c) { readReduction(c, "reduce_l1"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceL1", .read = read};

}  // namespace vitrine::onnx::rules::reduce_l1
