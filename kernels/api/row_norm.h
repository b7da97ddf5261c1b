// SPDX-License-Identifier: Apache-2.0
// Normalisation of rows in one pass: what layer, group and instance normalisation compute, and
// their gradients.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// Rows [n, c], row-major. Row i has block i mod `blocks` of the scales and shifts, which are
/// `scales` numbers in all; each stands for c · blocks / scales elements of the row that lie
/// together.
///   Layer normalisation: one block of c scales. Group normalisation of C channels: a row for each
///   group, as many blocks as groups, C scales.
struct RowNormProblem {
    int64_t n = 0, c = 0;
    int64_t blocks = 1, scales = 1;
    double epsilon = 1e-5;
    DType dtype = DType::F32;

    constexpr int64_t scalesOfRow() const { return scales / blocks; }
    /// Elements that share a scale.
    constexpr int64_t run() const { return c / scalesOfRow(); }
};

/// Relative to the largest |result|.
inline constexpr double rowNormTolerance = 5e-6;

/// y = scale · (x − mean) / √(variance + epsilon) + shift, with the biased variance of the row.
/// Operands: x, scale, shift, y (y may be x).
Kernel selectRowNorm(const RowNormProblem& problem);

/// With x̂ = (x − mean) r, r = 1 / √(variance + epsilon) and g = dy · scale:
/// dx = r (g − mean(g) − x̂ · mean(g x̂)), dscale = Σ dy · x̂ and dshift = Σ dy over all that has the
/// scale. Mean and r are made again from x. Operands: dy, x, scale, dx (dx may be dy or x), dscale,
/// dshift.
Kernel selectRowNormBackward(const RowNormProblem& problem);

}  // namespace vitrine::kernels
