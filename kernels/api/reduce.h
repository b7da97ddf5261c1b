// SPDX-License-Identifier: Apache-2.0
// Sums, extremes, norms and log-sum-exp along any axes of a row-major operand with strides.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// What becomes of the elements x that go together:
///   Sum        Σ x
///   Max, Min   the largest or smallest one; NaN where one of them is
///   Norm       √Σ x²
///   LogSumExp  log Σ e^x without overflow: −∞ where all are, ∞ where one is
/// All are accumulated in double precision, in an order that follows from the problem. Of whole
/// numbers there is no LogSumExp; sums wrap, a norm is ⌊√⌋ of the sum that its 64 bits hold, and
/// extremes are exact. Of bools there are extremes.
enum class ReducePass : uint8_t { Sum, Max, Min, Norm, LogSumExp };

/// y[places on the other axes, in order] = the elements of x along the axes with isReduced
/// together. Operands: x (strides count), y (without gaps).
struct ReduceProblem {
    Operand x;
    std::array<bool, Strided::maxRank> isReduced{};
    ReducePass pass = ReducePass::Sum;
};
/// Deviation of a sum from the float64 reference as a share of Σ |x|, of a norm as a share of
/// itself, of a log-sum-exp as a share of max(1, |y|): the one rounding of the result. Extremes are
/// exact.
inline constexpr double reduceTolerance = 1e-7;
Kernel selectReduce(const ReduceProblem& problem);

}  // namespace vitrine::kernels
