// SPDX-License-Identifier: Apache-2.0
// How matrix products over a batch lie and are cut into parts.
#pragma once

#include "kernels/api/matmul.h"
#include "kernels/cpu/product.h"
#include "kernels/cpu/strided.h"

namespace vitrine::kernels::cpu {

/// Matrix `matrix` of y starts at matrix · rows · columns. Parts are of one matrix, or of several
/// small ones.
struct MatMulPlan {
    StridedWalk<2> batch;  ///< offsets of a and b; every row of it is one matrix
    ProductShape shape;
    ProductCut cut;
    Cut matrices;
    MultiplyPart multiply;
};

MatMulPlan matMulPlan(const MatMulProblem& problem);
Kernel bindMatMul(const MatMulProblem& problem);

}  // namespace vitrine::kernels::cpu
