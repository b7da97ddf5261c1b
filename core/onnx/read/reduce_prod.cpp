// SPDX-License-Identifier: Apache-2.0
// ReduceProd: products along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_prod {

namespace {

void read(Context& c) { readReduction(c, "reduce_prod"); }

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceProd", .read = read};

}  // namespace vitrine::onnx::rules::reduce_prod
