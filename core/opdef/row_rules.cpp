// SPDX-License-Identifier: Apache-2.0
// Layouts, kernels' problems and the softmax derivative for operators on rows.
#include "core/opdef/row_rules.h"

namespace vitrine::row {

LayoutSet layouts(const OpQuery&) { return lanesToo; }

kernels::RowProblem problem(const BindContext& context) {
    kernels::RowProblem problem;
    problem.n = context.in[0].shape[0];
    problem.c = context.in[0].shape[1];
    problem.layout = static_cast<kernels::Layout>(context.in[0].layout.kind);
    problem.dtype = context.in[0].dtype;
    return problem;
}

ValueId softmaxDerivative(Builder& b, ValueId y, ValueId v) {
    const ValueId weighted = b.mul(y, v);
    return b.sub(weighted, scale(b, y, dot(b, y, v)));
}

}  // namespace vitrine::row
