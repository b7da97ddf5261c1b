// SPDX-License-Identifier: Apache-2.0
// Shapes, layouts and kernels of operators that work element by element.
#include "core/opdef/pointwise_rules.h"

namespace vitrine::pointwise {

Result<std::vector<ValueShape>> shapes(const Attrs&, std::span<const ValueShape> in) {
    return std::vector{in[0]};
}

LayoutSet layouts(const OpQuery& query) {
    const int rank = query.in[0].shape.rank();
    return rank == 2 || rank == 4 ? everyLayout : rowMajorOnly;
}

kernels::Kernel bind(const BindContext& context, kernels::Pointwise function, double p) {
    kernels::PointwiseProblem problem;
    problem.function = function;
    problem.a = imageOf(context.in[0]);
    if (kernels::isBinary(function)) problem.b = imageOf(context.in[1]);
    problem.y = imageOf(context.out[0]);
    problem.p = p;
    problem.precision = context.precision;
    return kernels::selectPointwise(problem);
}

}  // namespace vitrine::pointwise
