// SPDX-License-Identifier: Apache-2.0
// Shapes, costs and problems of the fully connected layer.
#include "core/opdef/linear_rules.h"

namespace vitrine::linear {

namespace {

// What one core reaches; only their ratio decides anything.
constexpr double lanesFlopsPerSecond = 2e10, plainFlopsPerSecond = 1e9;

}  // namespace

kernels::LinearProblem problem(const TensorType& x, const TensorType& y) {
    kernels::LinearProblem problem;
    problem.n = x.shape[0];
    problem.in = x.shape[1];
    problem.out = y.shape[1];
    problem.layout = static_cast<kernels::Layout>(x.layout.kind);
    problem.dtype = x.dtype;
    return problem;
}

double cost(double flops, LayoutKind kind) {
    return flops / (kind == LayoutKind::Lanes ? lanesFlopsPerSecond : plainFlopsPerSecond);
}

double flops(const Shape& rows, int64_t outFeatures) {
    return 2.0 * static_cast<double>(rows.elements()) * static_cast<double>(outFeatures);
}

ValueId forward(Builder& b, ValueId x, ValueId weight) {
    Attrs attrs = b.attrs("linear");
    attrs.with("out_features", b.shape(weight)[0]).with("bias", false);
    return b.emit("linear", attrs, {x, weight, noValue});
}

}  // namespace vitrine::linear
