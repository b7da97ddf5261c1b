// SPDX-License-Identifier: Apache-2.0
// If: the branch that is taken, where that is known while reading; else one of both, where they
// give numbers alike: nothing has effects.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::if_op {

namespace {

const Value& alike(const Context& c, const Value& a, const Value& b) {
    const bool isTensor = a.type && b.type;
    if (!isTensor || a.type->shape != b.type->shape || a.type->dtype != b.type->dtype ||
        a.element != b.element)
        c.refuse("which branch is taken shows when it runs, and they give other shapes or types",
                 "O19");
    return a;
}

void read(Context& c) {
    const Graph &then = c.graph("then_branch"), &other = c.graph("else_branch");
    if (c.in(0).numbers) {
        const bool isTaken = c.real(c.in(0), "the condition") != 0;
        const std::vector<Value> results = c.read(isTaken ? then : other, {});
        for (size_t k = 0; k < results.size(); ++k) c.give(k, results[k]);
        return;
    }
    const std::vector<Value> first = c.read(then, {}), second = c.read(other, {});
    if (first.size() != second.size()) c.refuse("its branches give not as many", "O13");
    const Value condition = c.reshape(c.in(0), {});
    for (size_t k = 0; k < first.size(); ++k)
        c.give(k, c.emit("where", {condition, alike(c, first[k], second[k]), second[k]}));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "If", .read = read};

}  // namespace vitrine::onnx::rules::if_op
