// SPDX-License-Identifier: Apache-2.0
// ReduceL2: lengths along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_l2 {

namespace {

void read(Context& c) { readReduction(c, "reduce_l2"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceL2", .read = read};

}  // namespace vitrine::onnx::rules::reduce_l2
