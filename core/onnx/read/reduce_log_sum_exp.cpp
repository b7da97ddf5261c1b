// SPDX-License-Identifier: Apache-2.0
// ReduceLogSumExp: logarithms of sums of exponentials.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_log_sum_exp {

namespace {

void read(Context& c) { readReduction(c, "reduce_log_sum_exp"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceLogSumExp", .read = read};

}  // namespace vitrine::onnx::rules::reduce_log_sum_exp
