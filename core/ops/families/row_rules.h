// SPDX-License-Identifier: Apache-2.0
// What operators on the rows of [N, C] have in common: softmax, losses from logits, and products
// with one number per row.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::row {

/// Σ_c a · b per row, [N].
inline ValueId dot(Builder& b, ValueId first, ValueId second) {
    return b.emit("row_dot", {first, second});
}
/// x · factor[n].
inline ValueId scale(Builder& b, ValueId x, ValueId factor) {
    return b.emit("row_scale", {x, factor});
}
/// The Jacobian of softmax times v, from the softmax y: y · v − y · (y · v summed over the row). It
/// is symmetric, so both modes use it.
ValueId softmaxDerivative(Builder& b, ValueId y, ValueId v);

/// An axis, counted from the last where it is negative.
inline constexpr FieldSpec axisField = {
    .id = "axis",
    .title = "Axis",
    .defaultNumber = -1,
    .minimum = -Shape::maxRank,
    .maximum = Shape::maxRank - 1,
    .help = "Axis of the numbers that belong together, from 0; −1 is the last, 1 is channels.",
    .onNode = OnNode::Named};
/// Errors: `axis 2 is not one of the 2 axes of x [3, 5]`.
Result<void> needAxisOf(const Attrs& attrs, const Shape& x);
/// A function of rows [N, C] along the axis of any shape.
ValueId alongAxis(Builder& b, const Attrs& attrs, std::string_view op, ValueId x);

inline constexpr PortSpec logitsInput = {.id = "logits",
                                         .title = "Logits",
                                         .pattern = "[N, C]",
                                         .help = "One number per class, before softmax."};
inline constexpr PortSpec labelsInput = {.id = "labels",
                                         .title = "Labels",
                                         .types = DType::I32,
                                         .pattern = "[N]",
                                         .help = "Class number of each image, from 0."};
inline constexpr FieldSpec labelSmoothing = {
    .id = "label_smoothing",
    .title = "Label smoothing",
    .type = FieldType::Real,
    .defaultNumber = 0,
    .minimum = 0,
    .maximum = 1,
    .help = "Share of the target that is spread evenly over all classes."};

}  // namespace vitrine::row
