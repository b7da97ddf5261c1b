// SPDX-License-Identifier: Apache-2.0
// Matrix products over a batch: every matrix is cut as one product is, and small ones go together.
#include "kernels/cpu/matmul.h"

#include "kernels/cpu/plane_kernel.h"
#include "kernels/reference/matmul.h"

namespace vitrine::kernels::cpu {
namespace {

/// Multiplications and additions that a part of several matrices should have at least.
constexpr int64_t grainFlops = 1 << 21;

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

ProductShape shapeOf(const Strided& a, const Strided& b, const Strided& y) {
    const auto row = static_cast<size_t>(y.rank - 2), column = static_cast<size_t>(y.rank - 1);
    return {.rows = y.shape[row],
            .columns = y.shape[column],
            .depth = a.shape[column],
            .aRow = a.strides[row],
            .aColumn = a.strides[column],
            .bRow = b.strides[row],
            .bColumn = b.strides[column],
            .yRow = y.shape[column]};
}

void run(const void* problem, void* const* operands, Workspace workspace, int, int64_t part) {
    const auto& plan = *static_cast<const MatMulPlan*>(problem);
    const int64_t pieces = plan.cut.parts();
    const ProductPart piece = plan.cut.part(plan.shape, part % pieces);
    const int64_t run = part / pieces;
    for (int64_t matrix = plan.matrices.begin(run); matrix < plan.matrices.end(run); ++matrix) {
        const auto offsets = plan.batch.rowOffsets(matrix);
        plan.multiply(
            plan.shape, piece,
            {.a = static_cast<const float*>(operands[0]) + offsets[0],
             .b = static_cast<const float*>(operands[1]) + offsets[1],
             .y = static_cast<float*>(operands[2]) + matrix * plan.shape.rows * plan.shape.columns},
            static_cast<float*>(workspace.own));
    }
}

/// Parts are of one matrix, or all rows of several.
ResultShare share(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const MatMulPlan*>(problem);
    const int64_t pieces = plan.cut.parts(), run = part / pieces;
    const ProductPart at = plan.cut.part(plan.shape, part % pieces);
    const int64_t first = plan.matrices.begin(run), matrices = plan.matrices.end(run) - first;
    return {.first = (first * plan.shape.rows + at.firstRow) * plan.shape.columns + at.firstColumn,
            .count = at.endColumn - at.firstColumn,
            .repeats = matrices * (at.endRow - at.firstRow),
            .stride = plan.shape.columns};
}

}  // namespace

MatMulPlan matMulPlan(const MatMulProblem& problem) {
    const Strided y = stridesOf(problem.y);
    const ProductShape shape = shapeOf(stridesOf(problem.a), stridesOf(problem.b), y);
    const int64_t size = shape.rows * shape.columns;
    MatMulPlan plan{matricesOf(problem), shape, cutProduct(shape, false), {}, multiplyPart()};
    plan.matrices = {y.elements() / size, y.elements() / size};
    if (plan.cut.parts() == 1)
        plan.matrices = cut(plan.matrices.items, 2 * size * shape.depth, grainFlops);
    return plan;
}

Kernel bindMatMul(const MatMulProblem& problem) {
    if (problem.y.dtype != DType::F32)
        return refuse("tiles: wants f32, got " + std::string(name(problem.y.dtype)));
    const MatMulPlan plan = matMulPlan(problem);
    Kernel kernel = bindKernel(planeKernelName("matmul", Layout::RowMajor, "tiles"), plan, run);
    kernel.parts[0] = plan.matrices.parts * plan.cut.parts();
    kernel.scratchBytes = productScratch(plan.shape) * int64_t{sizeof(float)};
    kernel.share = share;
    return kernel;
}

}  // namespace vitrine::kernels::cpu

namespace vitrine::kernels {

Kernel selectMatMul(const MatMulProblem& problem) {
    return choose(problem, {cpu::bindMatMul, reference::matMul});
}

}  // namespace vitrine::kernels
