// SPDX-License-Identifier: Apache-2.0
// ReduceSumSquare: sums of squares along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_sum_square {

namespace {

void read(Context& c) {
    readReduction(c, "reduce_sum",
                  {.before = [](Context& k, const Value& x) { return k.mul(x, x); }});
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceSumSquare", .read = read};

}  // namespace vitrine::onnx::rules::reduce_sum_square
