// SPDX-License-Identifier: Apache-2.0
// Einsum: sums of products along the axes that letters name.
#include "core/onnx/context.h"
#include "core/onnx/rule.h"

namespace vitrine::onnx::rules::einsum {

namespace {

void read(Context& c) {
    std::vector<Value> operands;
    for (size_t k = 0; k < c.inputs(); ++k) operands.push_back(c.in(k));
    c.give(0,
           c.emit("einsum", c.attrs("einsum").with("equation", c.text("equation", "")), operands));
}

}  // namespace

extern const Rule descriptor;
constinit const Rule descriptor = {.opType = "Einsum", .since = 12, .read = read};

}  // namespace vitrine::onnx::rules::einsum
