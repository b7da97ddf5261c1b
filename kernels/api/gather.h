// SPDX-License-Identifier: Apache-2.0
// Rows by their numbers, and the adjoint of reading them.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// x seen as [outer][rows][inner], y as [outer][count][inner]: y[o, i] = x[o, index[i]]. An index
/// from −1 down counts from the last row; one that names no row gives NaN (0 in whole numbers).
/// Operands: x, index, y; all without gaps.
struct GatherProblem {
    int64_t outer = 1, rows = 1, inner = 1, count = 1;
    DType dtype = DType::F32;  ///< of x and y: any that takes whole bytes
    DType index = DType::I64;  ///< any whole number of 8 to 64 bits
};
Kernel selectGather(const GatherProblem& problem);

/// dx[o, r] = Σ dy[o, i] over those i with index[i] = r, in their order, accumulated in double
/// precision (in whole numbers wrapping); rows that nobody names are 0, and numbers that name no
/// row are left out. Operands: dy, index, dx; float32, float64 or whole numbers.
Kernel selectScatterAdd(const GatherProblem& problem);

}  // namespace vitrine::kernels
