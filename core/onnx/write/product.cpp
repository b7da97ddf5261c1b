// SPDX-License-Identifier: Apache-2.0
// Products of matrices, and sums of products.
#include "core/onnx/export/write_rule_parts.h"

namespace vitrine::onnx::writers::product {

namespace {

constexpr char matmul[] = "MatMul";

void linear(WriteContext& c) {
    const bool hasBias = c.attrs().flag("bias");
    c.give(c.emit("Gemm", {c.in(0), c.in(1), hasBias ? c.in(2) : std::string()},
                  {{"transB", int64_t{1}}}));
}

void linearData(WriteContext& c) { c.give(c.emit("MatMul", {c.in(0), c.in(1)})); }

void einsum(WriteContext& c) {
    std::vector<std::string> operands;
    for (size_t k = 0; k < c.operands(); ++k) operands.push_back(c.in(k));
    c.give(c.emit("Einsum", std::move(operands), {{"equation", c.attrs().text("equation")}}));
}

void dot(WriteContext& c) {
    const std::string products = c.emit("Mul", {c.in(0), c.in(1)});
    std::vector<int64_t> axes;
    for (int axis = 0; axis < c.shape(0).rank(); ++axis) axes.push_back(axis);
    c.give(axes.empty() ? products : c.reduced("ReduceSum", products, axes, false));
}

void rowDot(WriteContext& c) {
    c.give(c.reduced("ReduceSum", c.emit("Mul", {c.in(0), c.in(1)}), {1}, false));
}

void rowScale(WriteContext& c) { c.give(c.emit("Mul", {c.in(0), c.unsqueezed(c.in(1), {1})})); }

constexpr WriteRule rules[] = {{"linear", linear},          {"linear_data", linearData},
                               {"matmul", renamed<matmul>}, {"batched_matmul", renamed<matmul>},
                               {"einsum", einsum},          {"dot", dot},
                               {"row_dot", rowDot},         {"row_scale", rowScale}};

}  // namespace

extern const WriteRules descriptor;
constinit const WriteRules descriptor = {rules};

}  // namespace vitrine::onnx::writers::product
