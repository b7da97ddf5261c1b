// SPDX-License-Identifier: Apache-2.0
// What pooling of one, two and three axes and its adjoints have in common.
#pragma once

#include "core/ops/families/window_rules.h"

namespace vitrine::pool {

/// The window over images x [N, C, spatial…]. Errors: those of window::over, `a window along axis
/// 0 lies in padding alone`, or a result that is too large.
Result<kernels::Window> windowOver(const Attrs& attrs, const Shape& x);
/// [N, C, result of each axis…].
Result<Shape> resultShape(const Attrs& attrs, const Shape& x);
/// [N, C, spatial…] of the images whose pooling gave `dy`. Errors: `dy needs shape [2, 3, 2, 2],
/// got [2, 3, 2, 1]`.
Result<Shape> imagesShape(const Attrs& attrs, const Shape& dy);

/// A pass over images of shape `x`, which were checked.
kernels::Problem problem(const OpQuery& query, kernels::PoolPass pass, const Shape& x);

/// Operator `op` with the fields of `from`, and the extents of `x` where it has input_size.
Attrs like(Builder& b, std::string_view op, const Attrs& from, const Shape& x);

/// One operation for every tap of every window.
double flops(const Attrs& attrs, const Shape& x, const Shape& result);

// max_pool1d, 2d and 3d differ in words alone; so do the average ones.
Result<std::vector<ValueShape>> maxShapes(const Attrs& attrs, std::span<const ValueShape> in);
void maxVjp(VjpContext& context);
void maxJvp(JvpContext& context);
inline kernels::Problem maxProblem(const OpQuery& q) {
    return problem(q, kernels::PoolPass::Max, q.in[0].shape);
}
Result<std::vector<ValueShape>> averageShapes(const Attrs& attrs, std::span<const ValueShape> in);
void averageVjp(VjpContext& context);
void averageJvp(JvpContext& context);
inline kernels::Problem averageProblem(const OpQuery& q) {
    return problem(q, kernels::PoolPass::Average, q.in[0].shape);
}
inline double forwardFlops(const OpQuery& q) {
    return flops(q.instr.attrs, q.in[0].shape, q.out[0].shape);
}

inline constexpr FieldSpec countIncludePadField = {
    .id = "count_include_pad",
    .title = "Count padding",
    .type = FieldType::Bool,
    .defaultNumber = 1,
    .help = "Whether padding counts as zeros in the mean; otherwise only real pixels do."};
inline constexpr PortSpec gradientInput = {.id = "dy",
                                           .title = "Gradient",
                                           .pattern = "[N, C, S…]",
                                           .help = "Gradient of the pooling's result."};
inline constexpr PortSpec gradientOutput = {.id = "dx",
                                            .title = "Gradient",
                                            .pattern = "[N, C, …]",
                                            .help = "Gradient of the pooling's images."};
constexpr PortSpec indexPort(std::string_view pattern) {
    return {.id = "index",
            .title = "Index",
            .types = DType::I32,
            .pattern = pattern,
            .help =
                "Position of each maximum in its window, row by row from 0; the first of "
                "equals."};
}
inline constexpr FieldSpec anyKernelField =
    window::anyAxesField("kernel", "Kernel", {}, "2", "Size of the window along each axis.");
inline constexpr FieldSpec anyStrideField =
    window::anyAxesField("stride", "Stride", {}, "2", "Steps of the window along each axis.");
}  // namespace vitrine::pool
