// SPDX-License-Identifier: Apache-2.0
// If: the branch that is taken, where that is known while reading.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::if_op {

namespace {

void read(Context& c) {
    const bool isTaken = c.real(c.in(0), "the condition") != 0;
    const std::vector<Value> results = c.read(c.graph(isTaken ? "then_branch" : "else_branch"), {});
    for (size_t k = 0; k < results.size(); ++k) c.give(k, results[k]);
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "If", .read = read};

}  // namespace vitrine::onnx::rules::if_op
