// SPDX-License-Identifier: Apache-2.0
// What pooling and its adjoints have in common.
#pragma once

#include "core/opdef/window_rules.h"
#include "kernels/api/pool.h"

namespace vitrine::pool {

/// [N, C, H', W'] from images [N, C, H, W]. Errors: those of resultSize, `padding 2x2 is more than
/// half of the kernel 3x3`, or too large.
Result<Shape> resultShape(const Attrs& attrs, const Shape& x);
/// [N, C, H, W] of the images whose pooling gave `dy`. Errors: `dy needs shape [2, 3, 2, 2], got
/// [2, 3, 2, 1]`.
Result<Shape> imagesShape(const Attrs& attrs, const Shape& dy);

kernels::PoolProblem problem(const BindContext& context, const TensorType& x, const TensorType& y);

/// Operator `op` with the fields of `from`, and the extents of `x` where it has input_size.
Attrs like(Builder& b, std::string_view op, const Attrs& from, const Shape& x);

inline LayoutSet layouts(const OpQuery&) { return everyLayout; }
/// One operation for every tap of every window of `result`.
double flops(const Attrs& attrs, const Shape& result);

inline constexpr FieldSpec countIncludePadField = {
    .id = "count_include_pad",
    .title = "Count padding",
    .type = FieldType::Bool,
    .defaultNumber = 1,
    .help = "Whether padding counts as zeros in the mean; otherwise only real pixels do."};
inline constexpr PortSpec gradientInput = {.id = "dy",
                                           .title = "Gradient",
                                           .pattern = "[N, C, H', W']",
                                           .help = "Gradient of the pooling's result."};
inline constexpr PortSpec gradientOutput = {.id = "dx",
                                            .title = "Gradient",
                                            .pattern = "[N, C, H, W]",
                                            .help = "Gradient of the pooling's images."};
inline constexpr PortSpec indexInput = {
    .id = "index",
    .title = "Index",
    .types = indexTypes,
    .pattern = "[N, C, H', W']",
    .help = "Position of each maximum in its window, row by row from 0."};

}  // namespace vitrine::pool
