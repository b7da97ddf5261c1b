// SPDX-License-Identifier: Apache-2.0
// The checks of sizes, and shapes seen from one axis.
#include "core/opdef/shape_rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace vitrine {

Result<void> needSize(std::string_view what, const Shape& shape) {
    if (std::ranges::any_of(shape.dims(), [](int64_t extent) { return extent < 1; }))
        return shapeError(fmt::format("{} {} has an extent below 1", what, shape.text()));
    const int64_t elements = checkedElements(shape.dims());
    if (elements < 0 || elements > maxElements)
        return shapeError(fmt::format("{} {} has more than 2^40 elements", what, shape.text()));
    return {};
}

Result<std::vector<ValueShape>> oneResult(const Shape& shape, DType dtype) {
    VITRINE_TRY(needSize("result", shape));
    return std::vector<ValueShape>{{shape, dtype}};
}

Result<void> needAxis(int64_t axis, std::string_view port, const Shape& shape) {
    if (axis >= 0 && axis < shape.rank()) return {};
    return shapeError(fmt::format("axis {} is not one of the {} axes of {} {}", axis, shape.rank(),
                                  port, shape.text()));
}

Result<Shape> shapeFrom(std::string_view field, const std::vector<int64_t>& extents) {
    if (extents.size() <= Shape::maxRank) return Shape(std::span<const int64_t>(extents));
    return shapeError(fmt::format("{} has {} extents, at most {} are possible", field,
                                  extents.size(), Shape::maxRank));
}

AxisView alongAxis(const Shape& shape, int64_t axis) {
    AxisView view;
    for (int i = 0; i < shape.rank(); ++i)
        (i < axis ? view.outer : i == axis ? view.extent : view.inner) *= shape[i];
    return view;
}

std::optional<Shape> broadcastShape(const Shape& a, const Shape& b) {
    Shape result = a.rank() >= b.rank() ? a : b;
    const Shape& other = a.rank() >= b.rank() ? b : a;
    const int missing = result.rank() - other.rank();
    for (int axis = 0; axis < other.rank(); ++axis) {
        int64_t& extent = result[missing + axis];
        if (extent == other[axis] || other[axis] == 1) continue;
        if (extent != 1) return std::nullopt;
        extent = other[axis];
    }
    return result;
}

}  // namespace vitrine
