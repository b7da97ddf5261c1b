// SPDX-License-Identifier: Apache-2.0
// Axes by their numbers.
#include "core/ops/families/reduce_rules.h"

#include <algorithm>
#include <numeric>

#include "core/opdef/shape_rules.h"

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

}  // namespace vitrine::reduce
