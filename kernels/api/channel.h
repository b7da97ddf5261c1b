// SPDX-License-Identifier: Apache-2.0
// Per-channel statistics and per-channel affine maps of [n, c, h, w] or [n, c]. Vectors over
// channels are row-major [c].
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

struct ChannelProblem {
    Operand x;
    Operand y;                           ///< result of normalize, second operand of dot
    Epilogue epilogue = Epilogue::None;  ///< normalize: Relu
};

/// Sums run in fixed parts and a fixed order; float32 sums accumulate so that the error stays below
/// this share of Σ|term|.
inline constexpr double channelTolerance = 2e-6;

/// mean[c], variance[c] (biased, Σ(x − mean)² / m, two passes or an equally stable method).
/// Operands: x, mean, variance.
Kernel selectChannelMoments(const ChannelProblem& problem);
/// y = (x − center[c]) · scale[c] + shift[c]. Operands: x, center, scale, shift, y (y may be x).
Kernel selectChannelNormalize(const ChannelProblem& problem);
/// sum[c] = Σ x. Operands: x, sum.
Kernel selectChannelSum(const ChannelProblem& problem);
/// dot[c] = Σ x · (y − center[c]). Operands: x, y, center, dot.
Kernel selectChannelDot(const ChannelProblem& problem);

}  // namespace vitrine::kernels
