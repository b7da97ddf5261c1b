// SPDX-License-Identifier: Apache-2.0
// Matrix products in plain loops.
#include "kernels/reference/matmul.h"

#include "kernels/cpu/matmul.h"
#include "kernels/reference/plain_kernel.h"

namespace vitrine::kernels::reference {

Kernel matMul(const MatMulProblem& problem) {
    const cpu::MatMulPlan plan = cpu::matMulPlan(problem);
    return plainNumberKernel(
        "matmul", plan, placed(problem.y),
        cut(plan.matrices.items * plan.shape.rows, plan.shape.columns * plan.shape.depth,
            plainGrain),
        []<class T>(const cpu::MatMulPlan& bound, Operands operands, int64_t begin, int64_t end) {
            const cpu::ProductShape& p = bound.shape;
            const T* const a = operands.next<const T>();
            const T* const b = operands.next<const T>();
            T* const y = operands.next<T>();
            for (int64_t row = begin; row < end; ++row) {
                const auto offsets = bound.batch.rowOffsets(row / p.rows);
                const T* const left = a + offsets[0] + row % p.rows * p.aRow;
                for (int64_t n = 0; n < p.columns; ++n) {
                    const T* const right = b + offsets[1] + n * p.bColumn;
                    using Sum = cpu::SumOf<T>;
                    Sum sum = 0;
                    for (int64_t k = 0; k < p.depth; ++k)
                        sum += static_cast<Sum>(left[k * p.aColumn]) *
                               static_cast<Sum>(right[k * p.bRow]);
                    y[row * p.columns + n] = static_cast<T>(sum);
                }
            }
        });
}

}  // namespace vitrine::kernels::reference
