// SPDX-License-Identifier: Apache-2.0
// Shapes, problems and derivatives of pooling.
#include "core/ops/families/pool_rules.h"

#include <fmt/format.h>

#include "core/opdef/shape_rules.h"

namespace vitrine::pool {

namespace {

/// Else the maximum of such a window would not exist, nor the mean of its pixels.
bool everyWindowMeetsX(const kernels::WindowAxis& axis) {
    for (int64_t p : {int64_t{0}, axis.out - 1}) {
        bool meets = false;
        for (int64_t k = 0; k < axis.kernel && !meets; ++k)
            meets = axis.position(p, k) >= 0 && axis.position(p, k) < axis.in;
        if (!meets) return false;
    }
    return true;
}

Shape imagesOf(const Shape& dy, const std::vector<int64_t>& extents) {
    Shape x{dy[0], dy[1]};
    for (int64_t extent : extents) x.push(extent);
    return x;
}

std::string operatorOf(std::string_view family, const Shape& images) {
    return fmt::format("{}{}d", family, window::axesOf(images));
}

}  // namespace

Result<kernels::Window> windowOver(const Attrs& attrs, const Shape& x) {
    Result<kernels::Window> window = window::over(attrs, x);
    if (!window.ok()) return window;
    const int axes = window::axesOf(x);
    for (int i = 0; i < axes; ++i)
        if (!everyWindowMeetsX(window->axis(i, axes)))
            return shapeError(fmt::format("a window along axis {} lies in padding alone", i));
    VITRINE_TRY(needSize("result", window::resultShape(*window, axes, x[0], x[1])));
    return window;
}

Result<Shape> resultShape(const Attrs& attrs, const Shape& x) {
    const Result<kernels::Window> window = windowOver(attrs, x);
    if (!window.ok()) return window.error();
    return window::resultShape(*window, window::axesOf(x), x[0], x[1]);
}

Result<Shape> imagesShape(const Attrs& attrs, const Shape& dy) {
    const std::vector<int64_t>& size = attrs.list("input_size");
    if (std::ssize(size) != window::axesOf(dy))
        return shapeError("input_size needs one number for each axis");
    const Shape x = imagesOf(dy, size);
    VITRINE_TRY(needSize("result", x));
    const Result<Shape> wanted = resultShape(attrs, x);
    if (!wanted.ok()) return wanted.error();
    if (dy == *wanted) return x;
    return shapeError(fmt::format("dy needs shape {}, got {}", wanted->text(), dy.text()));
}

kernels::Problem problem(const OpQuery& q, kernels::PoolPass pass, const Shape& x) {
    const Attrs& attrs = q.instr.attrs;
    const Result<kernels::Window> window = windowOver(attrs, x);
    VITRINE_CHECK(window.ok(), "a pooling is asked about after its shapes were checked");
    kernels::Pool pool{.pass = pass, .window = *window};
    if (attrs.has("count_include_pad")) pool.countIncludePad = attrs.flag("count_include_pad");
    return pool;
}

Attrs like(Builder& b, std::string_view op, const Attrs& from, const Shape& x) {
    Attrs attrs = window::withFields(b.attrs(op), from);
    if (attrs.has("input_size")) attrs.with("input_size", listOf(window::spatialOf(x)));
    return attrs;
}

double flops(const Attrs& attrs, const Shape& x, const Shape& result) {
    const Result<kernels::Window> window = windowOver(attrs, x);
    const int64_t taps = window.ok() ? window->taps() : 0;
    return static_cast<double>(result.elements()) * static_cast<double>(taps);
}

Result<std::vector<ValueShape>> maxShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> result = resultShape(attrs, in[0].shape);
    if (!result.ok()) return result.error();
    return std::vector<ValueShape>{{*result, in[0].dtype}, {*result, DType::I32}};
}

// The gradient goes to where each maximum was; the index itself is piecewise constant.
void maxVjp(VjpContext& c) {
    const Attrs attrs = like(c.b, "max_pool_backward", c.instr.attrs, c.b.shape(c.in(0)));
    c.inGrad[0] = c.b.emit("max_pool_backward", attrs, {c.outGrad[0], c.out(1)});
}

void maxJvp(JvpContext& c) {
    const Attrs attrs = like(c.b, "max_pool_gather", c.instr.attrs, c.b.shape(c.in(0)));
    c.outTangent[0] = c.b.emit("max_pool_gather", attrs, {c.inTangent[0], c.out(1)});
}

Result<std::vector<ValueShape>> averageShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<Shape> result = resultShape(attrs, in[0].shape);
    if (!result.ok()) return result.error();
    return oneResult(*result, in[0].dtype);
}

void averageVjp(VjpContext& c) {
    const Attrs attrs = like(c.b, "avg_pool_backward", c.instr.attrs, c.b.shape(c.in(0)));
    c.inGrad[0] = c.b.emit("avg_pool_backward", attrs, {c.outGrad[0]});
}

void averageJvp(JvpContext& c) {
    c.outTangent[0] =
        c.b.emit(operatorOf("avg_pool", c.b.shape(c.in(0))), c.instr.attrs, {c.inTangent[0]});
}

}  // namespace vitrine::pool
