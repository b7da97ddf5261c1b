// SPDX-License-Identifier: Apache-2.0
// ReduceLogSum: logarithms of sums along axes.
#include "core/onnx/reduction.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::reduce_log_sum {

namespace {

void read(Context& c) {
    readReduction(c, "reduce_sum",
                  {.after = [](Context& k, const Value& x) { return k.emit("log", {x}); }});
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "ReduceLogSum", .read = read};

}  // namespace vitrine::onnx::rules::reduce_log_sum
