// SPDX-License-Identifier: Apache-2.0
// Strides and parts of matrix products.
#include "kernels/cpu/matmul.h"

namespace vitrine::kernels::cpu {
namespace {

/// Multiplications and additions that a part should have at least.
constexpr int64_t grainFlops = 1 << 20;

constexpr int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// The batch of an operand, with a last axis of one element, so that every row is one matrix.
Strided batchOf(const Operand& operand) {
    Strided batch = stridesOf(operand);
    const auto inner = static_cast<size_t>(batch.rank - 2);
    batch.shape[inner] = 1;
    batch.strides[inner] = 0;
    --batch.rank;
    return batch;
}

/// A walk joins axes into long rows; here every element is a row of its own.
StridedWalk<2> matricesOf(const MatMulProblem& problem) {
    const Strided operands[] = {batchOf(problem.a), batchOf(problem.b)};
    StridedWalk<2> walk(operands);
    if (walk.width() == 1 || walk.rank == Strided::maxRank) return walk;
    const auto next = static_cast<size_t>(walk.rank++);
    walk.shape[next] = 1;
    walk.strides[next] = {};
    return walk;
}

}  // namespace

MatMulPart MatMulPlan::part(int64_t index) const {
    const int64_t column = index % columnParts.parts, row = index / columnParts.parts;
    const int64_t r = row % rowParts.parts;
    return {.matrix = row / rowParts.parts,
            .firstRow = rowParts.begin(r) * rowBlock,
            .endRow = std::min(rows, rowParts.end(r) * rowBlock),
            .firstColumn = columnParts.begin(column) * matMulWidest,
            .endColumn = std::min(columns, columnParts.end(column) * matMulWidest)};
}

MatMulPlan matMulPlan(const MatMulProblem& problem) {
    const Strided a = stridesOf(problem.a), b = stridesOf(problem.b), y = stridesOf(problem.y);
    const auto row = static_cast<size_t>(y.rank - 2), column = static_cast<size_t>(y.rank - 1);
    MatMulPlan plan{.batch = matricesOf(problem),
                    .rows = y.shape[row],
                    .columns = y.shape[column],
                    .depth = a.shape[column],
                    .aRow = a.strides[row],
                    .aColumn = a.strides[column],
                    .bRow = b.strides[row],
                    .bColumn = b.strides[column]};
    plan.matrices = y.elements() / (plan.rows * plan.columns);
    const int64_t flops = 2 * plan.rows * plan.columns * plan.depth;
    const int64_t rowBlocks = divideUp(plan.rows, MatMulPlan::rowBlock);
    const int64_t columnBlocks = divideUp(plan.columns, matMulWidest);
    plan.columnParts = cut(columnBlocks, flops / columnBlocks, grainFlops);
    const int64_t rest = flops / plan.columnParts.parts;
    plan.rowParts = cut(rowBlocks, rest / rowBlocks, grainFlops);
    return plan;
}

}  // namespace vitrine::kernels::cpu
