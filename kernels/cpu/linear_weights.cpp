// SPDX-License-Identifier: Apache-2.0
// dw = dyᵀ · x with 16 images in a line: x is turned into rows of 64 inputs first; then tiles of
// outputs × inputs stay in registers while the images stream.
#include "kernels/cpu/linear.h"
#include "kernels/cpu/linear_plan.h"
#include "kernels/cpu/plane_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/linear_weights.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/transpose-inl.h"
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Vectors of inputs in the widest tile, and rows so that a tile fills the registers.
constexpr int tileVectors = lanesOfVector == 16 ? 4 : 2;

template <int vectors>
constexpr int tileRows() {
    if (lanesOfVector == 16) return vectors >= 3 ? 6 : 12;
    return lanesOfVector == 8 ? 6 : 4;
}

/// One panel of at most 64 inputs: x as [image][64], dw at the panel's first column.
struct Panel {
    const LinearProblem* problem;
    const float* dy;
    const float* x;
    float* dw;
    int64_t width;
};

/// Masks that touch nothing beyond are there on AVX-512; elsewhere lines are copied.
constexpr bool hasMasks = HWY_TARGET == HWY_AVX3;

/// Adds the first `count` lanes to dw, or begins it with them; sets without masks have all of them.
HWY_INLINE void addFirst(FloatVector value, int64_t count, bool isFirst, float* dw) {
    if constexpr (hasMasks) {
        if (count < lanesOfVector) {
            const auto first = hn::FirstN(Floats(), static_cast<size_t>(count));
            if (!isFirst) value = hn::Add(hn::MaskedLoad(first, Floats(), dw), value);
            return hn::BlendedStore(value, first, Floats(), dw);
        }
    }
    if (!isFirst) value = hn::Add(hn::LoadU(Floats(), dw), value);
    hn::StoreU(value, Floats(), dw);
}

/// A tile that reaches beyond the panel, on sets without masks. A call, so that no sum is alive
/// while lines are copied: as such are calls too, the loop over images kept half its sums in
/// memory.
template <int rows, int vectors>
HWY_NOINLINE void storeEdge(const Panel& panel, const float* sums, int64_t row, int64_t column,
                            bool isFirst) {
    constexpr int64_t line = vectors * lanesOfVector;
    const int64_t count = std::min(panel.width - column, line);
    for (int64_t i = 0; i < rows; ++i) {
        float* const dw = panel.dw + (row + i) * panel.problem->in + column;
        for (int64_t k = 0; k < count; ++k)
            dw[k] = isFirst ? sums[i * line + k] : dw[k] + sums[i * line + k];
    }
}

/// Adds a tile's sums to dw, or begins it.
template <int rows, int vectors>
HWY_INLINE void finishTile(const Panel& panel, const FloatVector (&sums)[rows][vectors],
                           int64_t row, int64_t column, bool isFirst) {
    constexpr int64_t line = vectors * lanesOfVector;
    const int64_t count = panel.width - column;
    if (!hasMasks && count < line) {
        HWY_ALIGN float buffer[rows * line];
#pragma GCC unroll 12
        for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
            for (int j = 0; j < vectors; ++j)
                store(sums[i][j], buffer + i * line + j * lanesOfVector);
        return storeEdge<rows, vectors>(panel, buffer, row, column, isFirst);
    }
#pragma GCC unroll 12
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; ++j) {
            float* const dw = panel.dw + (row + i) * panel.problem->in + column + j * lanesOfVector;
            addFirst(sums[i][j], count - j * lanesOfVector, isFirst, dw);
        }
}

/// Images [begin, end); begin is a multiple of 16. Lanes past the batch are never read.
template <int rows, int vectors>
void tile(const Panel& panel, int64_t row, int64_t column, int64_t begin, int64_t end) {
    const int64_t out = panel.problem->out;
    FloatVector sums[rows][vectors];
#pragma GCC unroll 12
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; ++j) sums[i][j] = hn::Zero(Floats());
    for (int64_t group = begin; group < end; group += blockWidth) {
        const float* dy = panel.dy + (group / blockWidth * out + row) * blockWidth;
        const float* x = panel.x + group * linearPanelWidth + column;
        const int64_t lanes = std::min(blockWidth, end - group);
        for (int64_t lane = 0; lane < lanes; ++lane) {
            FloatVector inputs[vectors];
#pragma GCC unroll 4
            for (int j = 0; j < vectors; ++j)
                inputs[j] = load(x + lane * linearPanelWidth + j * lanesOfVector);
#pragma GCC unroll 12
            for (int i = 0; i < rows; ++i) {
                const FloatVector slope = broadcast(dy[i * blockWidth + lane]);
#pragma GCC unroll 4
                for (int j = 0; j < vectors; ++j)
                    sums[i][j] = hn::MulAdd(slope, inputs[j], sums[i][j]);
            }
        }
    }
    finishTile<rows, vectors>(panel, sums, row, column, begin == 0);
}

template <int rows, int vectors>
void sweepRows(const Panel& panel, int64_t row, int64_t rowEnd, int64_t column, int64_t begin,
               int64_t end) {
    for (; row + rows <= rowEnd; row += rows) tile<rows, vectors>(panel, row, column, begin, end);
    if constexpr (rows > 1) {
        constexpr int fewer = rows > 6 ? 6 : rows > 4 ? 4 : rows / 2;
        if (row < rowEnd) sweepRows<fewer, vectors>(panel, row, rowEnd, column, begin, end);
    }
}

/// Columns from `column` on in the widest tiles; the last is as wide as what is left, and lanes
/// beyond it are not stored.
template <int vectors>
void sweepColumns(const Panel& panel, int64_t column, int64_t row, int64_t rowEnd, int64_t begin,
                  int64_t end) {
    constexpr int64_t width = vectors * lanesOfVector, least = width - lanesOfVector + 1;
    for (; column + least <= panel.width; column += width)
        sweepRows<tileRows<vectors>(), vectors>(panel, row, rowEnd, column, begin, end);
    if constexpr (vectors > 1)
        if (column < panel.width) sweepColumns<vectors - 1>(panel, column, row, rowEnd, begin, end);
}

/// Phase 0: x [group][in][16] → [panel][image][64].
void transposePart(const LinearPlan& plan, const float* x, float* rows, int64_t part) {
    const LinearProblem& problem = plan.problem;
    const int64_t panels = (problem.in + linearPanelWidth - 1) / linearPanelWidth;
    for (int64_t item = plan.transposition.begin(part); item < plan.transposition.end(part);
         ++item) {
        const int64_t group = item / panels;
        const int64_t panel = item % panels;
        const int64_t column = panel * linearPanelWidth;
        const int64_t image = group * blockWidth;
        transpose({.from = x + (group * problem.in + column) * blockWidth,
                   .fromStride = blockWidth,
                   .to = rows + (panel * problem.n + image) * linearPanelWidth,
                   .toStride = linearPanelWidth,
                   .rows = std::min(linearPanelWidth, problem.in - column),
                   .columns = std::min(blockWidth, problem.n - image)});
    }
}

void multiplyPart(const LinearPlan& plan, const float* dy, const float* rows, float* dw,
                  int64_t part) {
    const LinearProblem& problem = plan.problem;
    const Cut& panels = plan.product.outer;
    const Cut& tiles = plan.product.inner;
    const int64_t outer = part / tiles.parts;
    const int64_t inner = part % tiles.parts;
    const int64_t row = tiles.begin(inner) * linearTileRows;
    const int64_t rowEnd = std::min(problem.out, tiles.end(inner) * linearTileRows);
    for (int64_t index = panels.begin(outer); index < panels.end(outer); ++index) {
        const int64_t column = index * linearPanelWidth;
        const Panel panel{&problem, dy, rows + index * problem.n * linearPanelWidth, dw + column,
                          std::min(linearPanelWidth, problem.in - column)};
        for (int64_t image = 0; image < problem.n; image += linearDepth)
            sweepColumns<tileVectors>(panel, 0, row, rowEnd, image,
                                      std::min(image + linearDepth, problem.n));
    }
}

void runWeights(const void* bound, void* const* operands, Workspace workspace, int phase,
                int64_t part) {
    const auto& plan = *static_cast<const LinearPlan*>(bound);
    auto* rows = static_cast<float*>(workspace.shared);
    if (phase == 0)
        transposePart(plan, static_cast<const float*>(operands[1]), rows, part);
    else
        multiplyPart(plan, static_cast<const float*>(operands[0]), rows,
                     static_cast<float*>(operands[2]), part);
}

Kernel::Run chooseLinearWeights() { return runWeights; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseLinearWeights);

Kernel linearWeights(const LinearProblem& problem) {
    return bindLinearWeights(problem, HWY_DYNAMIC_DISPATCH(chooseLinearWeights)());
}

}  // namespace vitrine::kernels::cpu
#endif
