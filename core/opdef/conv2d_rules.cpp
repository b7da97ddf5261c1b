// SPDX-License-Identifier: Apache-2.0
// Shapes, costs and derivatives of convolution.
#include "core/opdef/conv2d_rules.h"

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::conv2d {

namespace {

/// What the plain loops reach; only its size beside that of a fast kernel matters.
constexpr double referenceFlopsPerSecond = 1e9;

std::vector<int64_t> kernelOf(const Shape& weight) { return {weight[2], weight[3]}; }

Result<void> needGroups(int64_t channels, std::string_view which, int64_t groups) {
    if (channels % groups == 0) return {};
    return shapeError(
        fmt::format("{} {} channels do not divide into {} groups", channels, which, groups));
}

}  // namespace

Result<Shape> resultShape(const Attrs& attrs, const Shape& x, const Shape& weight) {
    const int64_t groups = attrs.integer("groups");
    VITRINE_TRY(needGroups(x[1], "input", groups));
    VITRINE_TRY(needGroups(weight[0], "output", groups));
    if (weight[1] * groups != x[1])
        return shapeError(
            fmt::format("weight expects {} input channels, got {}", weight[1] * groups, x[1]));
    window::Window sliding = window::windowOf(attrs);
    sliding.kernelH = weight[2];
    sliding.kernelW = weight[3];
    const Result<Shape> size = window::resultSize(sliding, x[2], x[3]);
    if (!size.ok()) return size.error();
    const Shape result{x[0], weight[0], (*size)[0], (*size)[1]};
    VITRINE_TRY(needSize("result", result));
    VITRINE_TRY(needSize("weight", weight));
    return result;
}

kernels::Conv2dProblem problem(const Attrs& attrs, const kernels::Image& x, const Shape& weight,
                               const kernels::Image& y) {
    const window::Window sliding = window::windowOf(attrs);
    kernels::Conv2dProblem problem;
    problem.x = x;
    problem.y = y;
    problem.r = weight[2];
    problem.s = weight[3];
    problem.strideH = sliding.strideH;
    problem.strideW = sliding.strideW;
    problem.padH = sliding.padH;
    problem.padW = sliding.padW;
    problem.dilationH = sliding.dilationH;
    problem.dilationW = sliding.dilationW;
    problem.groups = attrs.integer("groups");
    return problem;
}

double flops(const kernels::Conv2dProblem& p) {
    return 2.0 * static_cast<double>(p.y.elements()) * static_cast<double>(p.x.c / p.groups) *
           static_cast<double>(p.r * p.s);
}

double cost(const kernels::Conv2dProblem& problem, kernels::Conv2dPass pass, LayoutKind kind) {
    const double seconds = kernels::conv2dCost(problem, pass, static_cast<kernels::Layout>(kind));
    return seconds >= 0 ? seconds : flops(problem) / referenceFlopsPerSecond;
}

ValueId forward(Builder& b, const Attrs& geometry, ValueId x, ValueId weight) {
    const Shape& w = b.shape(weight);
    Attrs attrs = window::withFields(b.attrs("conv2d"), geometry);
    attrs.with("out_channels", w[0]).with("kernel", kernelOf(w)).with("bias", false);
    return b.emit("conv2d", attrs, {x, weight, noValue});
}

ValueId data(Builder& b, const Attrs& geometry, ValueId dy, ValueId weight, const Shape& like) {
    Attrs attrs = window::withFields(b.attrs("conv2d_data"), geometry);
    attrs.with("input_size", std::vector<int64_t>{like[2], like[3]});
    return b.emit("conv2d_data", attrs, {dy, weight});
}

ValueId weights(Builder& b, const Attrs& geometry, ValueId dy, ValueId x, const Shape& like) {
    Attrs attrs = window::withFields(b.attrs("conv2d_weights"), geometry);
    attrs.with("kernel", kernelOf(like));
    return b.emit("conv2d_weights", attrs, {dy, x});
}

}  // namespace vitrine::conv2d
