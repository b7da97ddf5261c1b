// SPDX-License-Identifier: Apache-2.0
// Sums of windows, and powers around them.
#include "core/ops/families/lp_pool_rules.h"

#include <algorithm>

#include "core/opdef/shape_rules.h"

namespace vitrine::lp_pool {

namespace {

/// Σ x over each window: channels are images of one channel, and the filter is ones. Windows that
/// begin inside and reach past the padding find zeros there.
ValueId sumsOf(Builder& b, ValueId x, const Attrs& attrs) {
    const Shape shape = b.shape(x);
    const int axes = window::axesOf(shape);
    const auto window = window::over(attrs, shape);
    VITRINE_CHECK(window.ok(), "a composite is built after its shapes were checked");
    Shape planes{shape[0] * shape[1], 1}, filter{1, 1};
    std::vector<int64_t> kernel, stride, dilation, padding = window::paddingOf(*window, axes);
    for (int i = 0; i < axes; ++i) {
        const kernels::WindowAxis& axis = window->axis(i, axes);
        planes.push(axis.in);
        filter.push(axis.kernel);
        kernel.push_back(axis.kernel);
        stride.push_back(axis.stride);
        dilation.push_back(axis.dilation);
        int64_t& after = padding[static_cast<size_t>(axes + i)];
        after = std::max(after, (axis.out - 1) * axis.stride + axis.span() - axis.in - axis.before);
    }
    const std::string conv = axes == 1 ? "conv1d" : axes == 2 ? "conv2d" : "conv3d";
    Attrs by = b.attrs(conv);
    by.with("out_channels", 1).with("kernel", kernel).with("stride", stride);
    by.with("padding", padding).with("dilation", dilation).with("bias", false);
    const ValueId ones = b.constant(filter, b.dtype(x), 1);
    const ValueId sums = b.emit(conv, by, {b.reshape(x, planes), ones, noValue});
    return b.reshape(sums, window::resultShape(*window, axes, shape[0], shape[1]));
}

ValueId power(Builder& b, ValueId x, double exponent) {
    if (exponent == 1) return x;
    return b.emit("pow_scalar", b.attrs("pow_scalar").with("exponent", exponent), {x});
}

}  // namespace

Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Shape& x = in[0].shape;
    const auto window = window::over(attrs, x);
    if (!window) return window.error();
    return oneResult(window::resultShape(*window, window::axesOf(x), x[0], x[1]), in[0].dtype);
}

// The root's derivative is infinite at 0: there a 1 stands in for it, and the result is 0 by
// choice.
std::vector<ValueId> build(Builder& b, const Attrs& attrs, std::span<const ValueId> in) {
    const double p = attrs.real("p");
    const ValueId magnitudes = p == 2 ? in[0] : b.emit("abs", {in[0]});
    const ValueId sums = sumsOf(b, power(b, magnitudes, p), attrs);
    if (p == 1) return {sums};
    const ValueId zero = b.constant({}, b.dtype(sums), 0), one = b.constant({}, b.dtype(sums), 1);
    const ValueId isZero = b.emit("equal", {sums, zero});
    const ValueId root = power(b, b.emit("where", {isZero, one, sums}), 1 / p);
    return {b.emit("where", {isZero, zero, root})};
}

}  // namespace vitrine::lp_pool
