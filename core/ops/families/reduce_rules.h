// SPDX-License-Identifier: Apache-2.0
// What operators that take axes together have in common.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::reduce {

/// The axes that the field `axes` names, in ascending order; those below zero count from the last,
/// none at all are all. Errors: `axis 4 is not one of the 4 axes of x [2, 3, 5, 5]`.
Result<std::vector<int64_t>> axesOf(const Attrs& attrs, const Shape& x);
/// The shape that is left: reduced axes have extent 1, or are gone without keep_axes.
Result<std::vector<ValueShape>> shapes(const Attrs& attrs, std::span<const ValueShape> in);
/// x without its axes, or with extent 1 there.
Shape reducedShape(const Shape& x, const std::vector<int64_t>& axes, bool keepsAxes);

inline constexpr FieldSpec axesField = {
    .id = "axes",
    .title = "Axes",
    .type = FieldType::IntList,
    .minimum = -6,
    .maximum = 5,
    .help = "Axes that go together; from -1 down they count from the last. None: all.",
    .onNode = OnNode::Named};
inline constexpr FieldSpec keepAxesField = {
    .id = "keep_axes",
    .title = "Keep axes",
    .type = FieldType::Bool,
    .defaultNumber = 1,
    .help = "Whether the axes stay with extent 1; otherwise they are gone."};

}  // namespace vitrine::reduce
