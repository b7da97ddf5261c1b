// SPDX-License-Identifier: Apache-2.0
// What convolution and its two adjoints have in common. Each of the three is bilinear, and every
// derivative of one is another of them, with the same stride, padding, dilation and groups.
#pragma once

#include "core/opdef/window_rules.h"
#include "kernels/api/conv2d.h"

namespace vitrine::conv2d {

/// [N, K, H', W'] from images [N, C, H, W] and a weight [K, C / groups, R, S]; `attrs` holds
/// stride, padding, dilation and groups. Errors: `weight expects 3 input channels, got 1`, `4
/// output channels do not divide into 3 groups`, those of resultSize, or too large.
Result<Shape> resultShape(const Attrs& attrs, const Shape& x, const Shape& weight);

/// The kernels' problem for images x and y and a weight.
kernels::Conv2dProblem problem(const Attrs& attrs, const kernels::Image& x, const Shape& weight,
                               const kernels::Image& y);

/// Multiplications and additions, two each.
double flops(const kernels::Conv2dProblem& problem);
/// Seconds on one core; where no fast kernel takes it, those of the plain reference.
double cost(const kernels::Conv2dProblem& problem, kernels::Conv2dPass pass, LayoutKind kind);
/// Kernels take every layout, with both images in the same one.
inline LayoutSet layouts(const OpQuery&) { return everyLayout; }

// The three, with geometry taken from the fields of any of them.
ValueId forward(Builder& b, const Attrs& geometry, ValueId x, ValueId weight);
/// `like`: the forward operand whose gradient this is.
ValueId data(Builder& b, const Attrs& geometry, ValueId dy, ValueId weight, const Shape& like);
ValueId weights(Builder& b, const Attrs& geometry, ValueId dy, ValueId x, const Shape& like);

inline constexpr FieldSpec groupsField = {
    .id = "groups",
    .title = "Groups",
    .defaultNumber = 1,
    .minimum = 1,
    .maximum = 65536,
    .help = "Parts that input and output channels are divided into; each sees only its own."};
inline constexpr PortSpec gradientInput = {.id = "dy",
                                           .title = "Gradient",
                                           .pattern = "[N, K, H', W']",
                                           .help = "Gradient of the convolution's result."};
inline constexpr PortSpec weightInput = {.id = "weight",
                                         .title = "Weight",
                                         .pattern = "[K, C / groups, R, S]",
                                         .help = "Filters of the convolution.",
                                         .image = false};

}  // namespace vitrine::conv2d
