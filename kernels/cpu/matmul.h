// SPDX-License-Identifier: Apache-2.0
// How matrix products over a batch are cut into parts.
#pragma once

#include "kernels/api/matmul.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/strided.h"
#include "kernels/dispatch/choose.h"

namespace vitrine::kernels::cpu {

inline constexpr int64_t matMulDepth = 256;  ///< of a packed panel
inline constexpr int64_t matMulWidest = 32;  ///< columns of a panel, on the widest vectors

/// Rows and columns of one matrix of the batch.
struct MatMulPart {
    int64_t matrix, firstRow, endRow, firstColumn, endColumn;
};

/// Matrix `matrix` of y starts at matrix · rows · columns.
struct MatMulPlan {
    StridedWalk<2> batch;  ///< offsets of a and b; every row of it is one matrix
    int64_t matrices = 1, rows = 1, columns = 1, depth = 1;
    int64_t aRow = 0, aColumn = 0, bRow = 0, bColumn = 0;  ///< strides
    Cut rowParts = {}, columnParts = {};                   ///< of one matrix, in blocks

    static constexpr int64_t rowBlock = 48;
    int64_t parts() const { return matrices * rowParts.parts * columnParts.parts; }
    MatMulPart part(int64_t index) const;
};

MatMulPlan matMulPlan(const MatMulProblem& problem);
Kernel bindMatMul(const MatMulProblem& problem);

}  // namespace vitrine::kernels::cpu
