// SPDX-License-Identifier: Apache-2.0
// ReduceMean: means along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_mean {

namespace {

void read(Context& c) { readReduction(c, "reduce_mean"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceMean", .read = read};

}  // namespace vitrine::onnx::rules::reduce_mean
