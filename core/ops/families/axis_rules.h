// SPDX-License-Identifier: Apache-2.0
// What operators along one axis have in common: its number, and pieces of it side by side.
#pragma once

#include <vector>

#include "core/opdef/descriptor.h"

namespace vitrine::axis {

/// The axis that the field `axis` names, from 0; one below zero counts from the last. Errors:
/// `axis 4 is not one of the 4 axes of x [2, 3, 5, 5]`.
Result<int> of(const Attrs& attrs, const Shape& x);
/// The same behind the check of shapes.
int checked(const Attrs& attrs, const Shape& x);
/// x with another extent there.
Shape with(const Shape& x, int axis, int64_t extent);

constexpr FieldSpec field(std::string_view help, double standard = -1) {
    return {.id = "axis",
            .title = "Axis",
            .defaultNumber = standard,
            .minimum = -Shape::maxRank,
            .maximum = Shape::maxRank - 1,
            .help = help,
            .onNode = OnNode::Named};
}

/// Places start, start + step, … of an axis, `length` of them; see slice.
struct Piece {
    int64_t start = 0, length = 1, step = 1;
};
ValueId piece(Builder& b, ValueId x, int axis, const Piece& piece);
/// The places in reverse order.
ValueId turned(Builder& b, ValueId x, int axis);
/// Values side by side; those that are noValue are left out.
ValueId joined(Builder& b, int axis, const std::vector<ValueId>& parts);
/// Zeros before and after.
ValueId padded(Builder& b, ValueId x, int axis, int64_t before, int64_t after);
/// x in another element type.
ValueId cast(Builder& b, ValueId x, DType to);
/// 0, 1, 2, … as a value [count] of f64.
ValueId counted(Builder& b, int64_t count);

inline constexpr PortSpec anyInput[] = {{.id = "x",
                                         .title = "Input",
                                         .types = everyType,
                                         .pattern = "[…]",
                                         .help = "Elements of any shape and type."}};
constexpr PortSpec anyOutput(std::string_view help) {
    return {.id = "y", .title = "Output", .types = everyType, .pattern = "[…]", .help = help};
}
constexpr PortSpec position(std::string_view pattern, std::string_view help) {
    return {.id = "index",
            .title = "Index",
            .types = DType::I64,
            .hasOwnType = true,
            .pattern = pattern,
            .help = help};
}

}  // namespace vitrine::axis
