// SPDX-License-Identifier: Apache-2.0
// Interpolation along one axis as a linear map, and its adjoint.
#pragma once

#include "core/opdef/shape_rules.h"
#include "kernels/api/axis_map.h"

namespace vitrine::resample {

/// What each of `out` results takes of `in` inputs, as the fields mode and sampling say. With s =
/// in / out, result p looks at
///   half_pixel     (p + ½) · s − ½
///   asymmetric     p · s
///   align_corners  p · (in − 1) / (out − 1)
/// linear: the two inputs around it, by their distance; nearest: the input whose pixel that place
/// lies in (half_pixel: ⌊(p + ½) · s⌋, asymmetric: ⌊p · s⌋, align_corners: the nearer one).
kernels::AxisMap mapOf(const Attrs& attrs, int64_t in, int64_t out);
/// Results and inputs exchanged.
kernels::AxisMap adjointOf(const kernels::AxisMap& map, int64_t in);

ValueId along(Builder& b, const Attrs& from, ValueId x, int64_t axis, int64_t size);

inline constexpr std::string_view modes[] = {"nearest", "linear"};
inline constexpr FieldSpec modeField = {
    .id = "mode",
    .title = "Mode",
    .type = FieldType::Choice,
    .defaultText = "nearest",
    .help = "Whether a pixel is the nearest one, or the neighbours by their distance.",
    .choices = modes,
    .onNode = OnNode::Named};
inline constexpr std::string_view samplings[] = {"half_pixel", "asymmetric", "align_corners"};
inline constexpr FieldSpec samplingField = {
    .id = "sampling",
    .title = "Sampling",
    .type = FieldType::Choice,
    .defaultText = "half_pixel",
    .help =
        "Which places correspond: the pixels' centres, their first corners, or the first and "
        "last pixels' centres.",
    .choices = samplings};
inline constexpr FieldSpec alongField = axisField("Axis along which the size changes, from 0.", 0);
inline constexpr FieldSpec sizeField = {.id = "size",
                                        .title = "Size",
                                        .defaultNumber = 1,
                                        .minimum = 1,
                                        .maximum = 1 << 30,
                                        .help = "Extent of the result along the axis."};
constexpr PortSpec input(std::string_view id, std::string_view help) {
    return {.id = id, .title = "Input", .pattern = "[…]", .help = help};
}
constexpr PortSpec output(std::string_view id, std::string_view help) {
    return {.id = id, .title = "Output", .pattern = "[…]", .help = help};
}

}  // namespace vitrine::resample
