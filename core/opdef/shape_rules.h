// SPDX-License-Identifier: Apache-2.0
// Results of inferShapes: extents come from users' files, so each is checked before it is believed.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/opdef/descriptor.h"

namespace vitrine {

/// More elements than this are refused: 2^40, 4 TiB of float32, so that bytes and padded layouts
/// stay far from 2^63.
inline constexpr int64_t maxElements = int64_t{1} << 40;

/// Every extent is at least 1 and there are at most maxElements. Errors:
/// `result [2, 0] has an extent below 1`, `weight [65536, …] has more than 2^40 elements`.
Result<void> needSize(std::string_view what, const Shape& shape);
/// The one output of an operator, after needSize.
Result<std::vector<ValueShape>> oneResult(const Shape& shape, DType dtype);
/// `axis 4 is not one of the 4 axes of x [2, 3, 5, 5]`.
Result<void> needAxis(int64_t axis, std::string_view port, const Shape& shape);

/// What shapes are together where each repeats along axes of extent 1, or that it has not; nothing
/// where they do not fit.
std::optional<Shape> broadcastShape(const Shape& a, const Shape& b);

/// A shape seen from one axis: [outer][extent][inner].
struct AxisView {
    int64_t outer = 1, extent = 1, inner = 1;
};
AxisView alongAxis(const Shape& shape, int64_t axis);

/// The number of an axis.
constexpr FieldSpec axisField(std::string_view help, double standard) {
    return {.id = "axis",
            .title = "Axis",
            .defaultNumber = standard,
            .minimum = 0,
            .maximum = Shape::maxRank - 1,
            .help = help,
            .onNode = OnNode::Named};
}

/// The extents of an IntList field. Errors: `shape has 9 extents, at most 8 are possible`.
Result<Shape> shapeFrom(std::string_view field, const std::vector<int64_t>& extents);
/// A shape as the value of an IntList field.
inline std::vector<int64_t> listOf(const Shape& shape) {
    return {shape.dims().begin(), shape.dims().end()};
}

}  // namespace vitrine
