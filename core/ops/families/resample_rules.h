// SPDX-License-Identifier: Apache-2.0
// Interpolation along one axis as a linear map, and its adjoint.
#pragma once

#include "core/opdef/shape_rules.h"
#include "kernels/api/axis_map.h"

namespace vitrine::resample {

/// What each of `out` results takes of `in` inputs, as the fields say. With s = in / out, or 1 /
/// factor where that is given, result p looks at
///   half_pixel          (p + ½) · s − ½
///   pytorch_half_pixel  the same; 0 where there is one result
///   asymmetric          p · s
///   align_corners       p · (in − 1) / (out − 1)
/// nearest: the input whose pixel that place lies in (half_pixel: ⌊(p + ½) · s⌋, asymmetric: ⌊p ·
/// s⌋, align_corners: the nearer one), or the place rounded as the field says; linear: the two
/// inputs around it, by their distance; cubic: the four around it (Keys 1981). Where the taps
/// reach past the border they take the last input, or are left out and the others weigh more.
/// antialias: where s > 1 the taps of linear and cubic are stretched by s (Pillow, PyTorch).
kernels::AxisMap mapOf(const Attrs& attrs, int64_t in, int64_t out);
/// Results and inputs exchanged.
kernels::AxisMap adjointOf(const kernels::AxisMap& map, int64_t in);

/// `to` with the values of `from` where both have a field that says how, not how large.
Attrs withFields(Attrs to, const Attrs& from);
ValueId along(Builder& b, const Attrs& from, ValueId x, int64_t axis, int64_t size);
/// Along every axis behind the channels to those extents of `size`: first where images shrink, and
/// where they grow the last axis first, whose elements cost the most.
ValueId alongAll(Builder& b, const Attrs& from, ValueId x, const Shape& size);

inline constexpr std::string_view modes[] = {"nearest", "linear", "cubic"};
inline constexpr FieldSpec modeField = {
    .id = "mode",
    .title = "Mode",
    .type = FieldType::Choice,
    .defaultText = "nearest",
    .help =
        "Whether a pixel is the nearest one, the neighbours by their distance, or a cubic "
        "curve through the four around it.",
    .choices = modes,
    .onNode = OnNode::Named};
inline constexpr std::string_view samplings[] = {"half_pixel", "asymmetric", "align_corners",
                                                 "pytorch_half_pixel"};
inline constexpr FieldSpec samplingField = {
    .id = "sampling",
    .title = "Sampling",
    .type = FieldType::Choice,
    .defaultText = "half_pixel",
    .help =
        "Which places correspond: the pixels' centres, their first corners, the first and last "
        "pixels' centres, or the centres with a single result at the first one.",
    .choices = samplings};
inline constexpr std::string_view roundings[] = {"by_sampling", "floor", "ceil",
                                                 "round_prefer_floor", "round_prefer_ceil"};
inline constexpr FieldSpec roundingField = addition(
    {.id = "rounding",
     .title = "Rounding",
     .type = FieldType::Choice,
     .defaultText = "by_sampling",
     .help = "Which pixel is the nearest one of a place between two: that whose area the place "
             "lies in, the one before, the one behind, or the nearer one, with halves going down "
             "or up.",
     .choices = roundings});
inline constexpr FieldSpec cubicField = addition(
    {.id = "cubic_coefficient",
     .title = "Cubic coefficient",
     .type = FieldType::Real,
     .defaultNumber = -0.75,
     .minimum = -2,
     .maximum = 1,
     .help = "Slope of the cubic curve: −0.75 in PyTorch and OpenCV, −0.5 in Pillow, and in "
             "PyTorch with antialias."});
inline constexpr FieldSpec antialiasField = addition(
    {.id = "antialias",
     .title = "Antialias",
     .type = FieldType::Bool,
     .help = "Whether a smaller image is made of all pixels, instead of those around its places "
             "alone; of no effect on the nearest one."});
inline constexpr FieldSpec excludeField = addition(
    {.id = "exclude_outside",
     .title = "Inside only",
     .type = FieldType::Bool,
     .help = "Whether taps past the border are left out; else they take the last pixel. With "
             "antialias they always are."});
inline constexpr FieldSpec factorField = {.id = "factor",
                                          .title = "Factor",
                                          .type = FieldType::Real,
                                          .minimum = 0,
                                          .maximum = 1024,
                                          .help = "Results per input; 0: by the extents."};
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
