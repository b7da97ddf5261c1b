// SPDX-License-Identifier: Apache-2.0
// Sums along any axes of a row-major operand with strides.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// y[places on the other axes, in order] = Σ x along the axes with isReduced, accumulated in double
/// precision in an order that follows from the problem. Operands: x (strides count), y (without
/// gaps).
struct ReduceProblem {
    Operand x;
    std::array<bool, Strided::maxRank> isReduced{};
};
/// Deviation from the float64 reference as a share of Σ |x|: the one rounding of the result.
inline constexpr double reduceTolerance = 1e-7;
Kernel selectReduceSum(const ReduceProblem& problem);

}  // namespace vitrine::kernels
