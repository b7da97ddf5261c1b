// SPDX-License-Identifier: Apache-2.0
// Shapes and problems of pooling.
#include "core/opdef/pool_rules.h"

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::pool {

Result<Shape> resultShape(const Attrs& attrs, const Shape& x) {
    const window::Window w = window::windowOf(attrs);
    // Else a window could lie in the padding alone, and its maximum would not exist.
    if (2 * w.padH > w.kernelH || 2 * w.padW > w.kernelW)
        return shapeError(fmt::format("padding {}x{} is more than half of the kernel {}x{}", w.padH,
                                      w.padW, w.kernelH, w.kernelW));
    const Result<Shape> size = window::resultSize(w, x[2], x[3]);
    if (!size.ok()) return size.error();
    const Shape result{x[0], x[1], (*size)[0], (*size)[1]};
    VITRINE_TRY(needSize("result", result));
    return result;
}

Result<Shape> imagesShape(const Attrs& attrs, const Shape& dy) {
    const std::vector<int64_t>& size = attrs.list("input_size");
    const Shape x{dy[0], dy[1], size[0], size[1]};
    const Result<Shape> wanted = resultShape(attrs, x);
    if (!wanted.ok()) return wanted.error();
    if (dy == *wanted) return x;
    return shapeError(fmt::format("dy needs shape {}, got {}", wanted->text(), dy.text()));
}

kernels::PoolProblem problem(const BindContext& context, const TensorType& x, const TensorType& y) {
    const Attrs& attrs = context.instr.attrs;
    const window::Window w = window::windowOf(attrs);
    kernels::PoolProblem problem;
    problem.x = imageOf(x);
    problem.y = imageOf(y);
    problem.r = w.kernelH;
    problem.s = w.kernelW;
    problem.strideH = w.strideH;
    problem.strideW = w.strideW;
    problem.padH = w.padH;
    problem.padW = w.padW;
    if (attrs.has("count_include_pad")) problem.countIncludePad = attrs.flag("count_include_pad");
    problem.precision = context.precision;
    return problem;
}

Attrs like(Builder& b, std::string_view op, const Attrs& from, const Shape& x) {
    Attrs attrs = window::withFields(b.attrs(op), from);
    if (attrs.has("input_size")) attrs.with("input_size", std::vector<int64_t>{x[2], x[3]});
    return attrs;
}

double flops(const Attrs& attrs, const Shape& result) {
    const window::Window w = window::windowOf(attrs);
    return static_cast<double>(result.elements()) * static_cast<double>(w.kernelH * w.kernelW);
}

}  // namespace vitrine::pool
