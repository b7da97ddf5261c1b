// SPDX-License-Identifier: Apache-2.0
// ReduceSum: sums along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_sum {

namespace {

void read(Context& c) { readReduction(c, "reduce_sum"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceSum", .read = read};

}  // namespace vitrine::onnx::rules::reduce_sum
