// SPDX-License-Identifier: Apache-2.0
// Axes by their numbers, and what reductions are made of.
#include "core/ops/families/reduce_rules.h"

#include <algorithm>
#include <numeric>

#include "core/opdef/shape_rules.h"
#include "core/ops/families/axis_rules.h"

namespace vitrine::reduce {

Result<std::vector<int64_t>> axesOf(const Attrs& attrs, const Shape& x) {
    std::vector<int64_t> axes = attrs.list("axes");
    if (axes.empty()) {
        axes.resize(static_cast<size_t>(x.rank()));
        std::iota(axes.begin(), axes.end(), int64_t{0});
    }
    for (int64_t& axis : axes) {
        if (axis < 0 && axis + x.rank() >= 0) axis += x.rank();
        VITRINE_TRY(needAxis(axis, "x", x));
    }
    std::ranges::sort(axes);
    axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
    return axes;
}

Shape reducedShape(const Shape& x, const std::vector<int64_t>& axes, bool keepsAxes) {
    Shape shape;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const bool isReduced = std::ranges::count(axes, axis) > 0;
        if (!isReduced || keepsAxes) shape.push(isReduced ? 1 : x[axis]);
    }
    return shape;
}

Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in) {
    const Result<std::vector<int64_t>> axes = axesOf(attrs, in[0].shape);
    if (!axes.ok()) return axes.error();
    return oneResult(reducedShape(in[0].shape, *axes, attrs.flag("keep_axes")), in[0].dtype);
}

std::vector<int64_t> checkedAxes(const Attrs& attrs, const Shape& x) {
    Result<std::vector<int64_t>> axes = axesOf(attrs, x);
    VITRINE_CHECK(axes.ok(), "axes are asked for after shapes were checked");
    return std::move(axes).value();
}

int64_t countOf(const Attrs& attrs, const Shape& x) {
    int64_t count = 1;
    for (int64_t axis : checkedAxes(attrs, x)) count *= x[static_cast<int>(axis)];
    return count;
}

ValueId spread(Builder& b, ValueId y, const Attrs& attrs, Shape x) {
    return b.expand(b.reshape(y, reducedShape(x, checkedAxes(attrs, x), true)), x);
}

ValueId sum(Builder& b, ValueId x, const Attrs& attrs) {
    return b.reduceSum(x, checkedAxes(attrs, b.shape(x)), attrs.flag("keep_axes"));
}

ValueId centred(Builder& b, ValueId x, const Attrs& attrs) {
    const Shape shape = b.shape(x);
    const ValueId total = b.reduceSum(x, checkedAxes(attrs, shape));
    const ValueId mean = b.scale(total, 1 / static_cast<double>(countOf(attrs, shape)));
    return b.sub(x, b.expand(mean, shape));
}

Result<std::vector<ValueShape>> varianceShapes(const Attrs& attrs, std::span<const ValueShape> in) {
    auto result = shapes(attrs, in);
    if (result.ok() && degreesOfFreedom(attrs, in[0].shape) < 1)
        return shapeError("an unbiased variance needs two elements or more, got 1");
    return result;
}

double degreesOfFreedom(const Attrs& attrs, const Shape& x) {
    return static_cast<double>(countOf(attrs, x) - (attrs.flag("unbiased") ? 1 : 0));
}

namespace {

/// How much of the gradient each element gets.
ValueId shares(Builder& b, const Instr& instr) {
    const ValueId x = instr.in[0];
    const Shape shape = b.shape(x);
    const ValueId isExtreme = b.emit("equal", {x, spread(b, instr.out[0], instr.attrs, shape)});
    const ValueId ones = axis::cast(b, isExtreme, b.dtype(x));
    const ValueId count = b.reduceSum(ones, checkedAxes(instr.attrs, shape));
    return b.mul(ones, b.expand(b.emit("reciprocal", {count}), shape));
}

}  // namespace

void extremeVjp(VjpContext& c) {
    const Shape x = c.b.shape(c.in(0));
    c.inGrad[0] = c.b.mul(spread(c.b, c.outGrad[0], c.instr.attrs, x), shares(c.b, c.instr));
}

void extremeJvp(JvpContext& c) {
    c.outTangent[0] = sum(c.b, c.b.mul(c.inTangent[0], shares(c.b, c.instr)), c.instr.attrs);
}

}  // namespace vitrine::reduce
