// SPDX-License-Identifier: Apache-2.0
// Normalisation of rows: what group, layer and instance normalisation have in common.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::norm {

/// (x − mean) / √(variance + epsilon) along the last axis of rows [R, E], by the biased variance.
ValueId rows(Builder& b, ValueId x, double epsilon);

/// Numbers for blocks of rows, one block after the other; each is for as many elements of a row as
/// others are (see row_normalize).
struct Affine {
    ValueId scale, shift;
    int64_t blocks = 1;
};
/// The same, times scale, plus shift.
ValueId rows(Builder& b, ValueId x, double epsilon, const Affine& affine);

/// The last extents, as many as the field `axes` says.
inline Shape innerOf(const Attrs& attrs, const Shape& x) {
    return Shape(x.dims().last(static_cast<size_t>(attrs.integer("axes"))));
}
/// Operands behind x are numbers for those. Errors: `x [2, 4] has no 3 axes`.
Result<void> needInner(const Attrs& attrs, std::span<const ValueShape> in);

inline constexpr FieldSpec axesField = {
    .id = "axes",
    .title = "Axes",
    .defaultNumber = 1,
    .minimum = 1,
    .maximum = 6,
    .help = "How many of the last axes are normalised together."};
inline constexpr FieldSpec epsilonField = {
    .id = "epsilon",
    .title = "Epsilon",
    .type = FieldType::Real,
    .defaultNumber = 1e-5,
    .minimum = 1e-12,
    .maximum = 1,
    .help = "Added to the variance, so that rows of one number stay finite."};
inline constexpr FieldSpec affineField = {
    .id = "affine",
    .title = "Scale and shift",
    .type = FieldType::Bool,
    .defaultNumber = 1,
    .help = "Whether the result is scaled and shifted by trained numbers."};
constexpr PortSpec scaleInput(std::string_view pattern) {
    return {.id = "scale",
            .title = "Scale",
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = "What the result is multiplied by; starts at one.",
            .onlyIf = "affine"};
}
constexpr PortSpec shiftInput(std::string_view pattern) {
    return {.id = "shift",
            .title = "Shift",
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = "What is added to the result; starts at zero.",
            .onlyIf = "affine"};
}

}  // namespace vitrine::norm
