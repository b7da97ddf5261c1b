// SPDX-License-Identifier: Apache-2.0
// Products of matrices over a batch, read where they lie.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// y[batch…, m, n] = Σ_k a[batch…, m, k] · b[batch…, k, n]. Strides of a and b count: a transposed
/// matrix or one that repeats over the batch is read without a copy. Products and sums of
/// whole numbers wrap. Operands: a, b, y (without gaps).
struct MatMulProblem {
    Operand a, b, y;
};
/// Deviation from the float64 reference as a share of the largest Σ_k |a| · |b|.
inline constexpr double matMulTolerance = 4e-6;
Kernel selectMatMul(const MatMulProblem& problem);

}  // namespace vitrine::kernels
