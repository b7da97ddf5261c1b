// SPDX-License-Identifier: Apache-2.0
// Matrix products: tiles of rows × columns in registers. What a part reads of b is packed into
// panels of its columns, so that the inner loop reads it in order; a is read where it lies.
#include "kernels/cpu/matmul.h"

#include <algorithm>

#include "kernels/cpu/choice.h"
#include "kernels/reference/matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/matmul.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int64_t tileRows = 6;

/// One panel: b [depth][2 vectors], zero past the last column.
struct Panel {
    const float* b;
    int64_t depth, columns;
};

struct Left {
    const float* a;
    int64_t rowStride, columnStride;
};

/// y[rows][columns of the panel] (+)= a · b. The first stretch of depth writes, others add.
template <int rows>
HWY_INLINE void tile(const Left& left, const Panel& panel, float* HWY_RESTRICT y, int64_t yStride,
                     bool adds) {
    const hn::ScalableTag<float> d;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    hn::VFromD<decltype(d)> low[rows], high[rows];
    for (int r = 0; r < rows; ++r) low[r] = high[r] = hn::Zero(d);
    for (int64_t k = 0; k < panel.depth; ++k) {
        const auto b0 = hn::Load(d, panel.b + k * 2 * lanes);
        const auto b1 = hn::Load(d, panel.b + k * 2 * lanes + lanes);
        const float* const column = left.a + k * left.columnStride;
        for (int r = 0; r < rows; ++r) {
            const auto a = hn::Set(d, column[r * left.rowStride]);
            low[r] = hn::MulAdd(a, b0, low[r]);
            high[r] = hn::MulAdd(a, b1, high[r]);
        }
    }
    if (panel.columns == 2 * lanes) {
        for (int r = 0; r < rows; ++r) {
            float* const to = y + r * yStride;
            if (adds) {
                low[r] = hn::Add(low[r], hn::LoadU(d, to));
                high[r] = hn::Add(high[r], hn::LoadU(d, to + lanes));
            }
            hn::StoreU(low[r], d, to);
            hn::StoreU(high[r], d, to + lanes);
        }
        return;
    }
    const Partial first{std::min(lanes, panel.columns)}, second{panel.columns - first.count};
    for (int r = 0; r < rows; ++r) {
        float* const to = y + r * yStride;
        if (adds) low[r] = hn::Add(low[r], first.load(d, to));
        first.store(d, low[r], to);
        if (second.count <= 0) continue;
        if (adds) high[r] = hn::Add(high[r], second.load(d, to + lanes));
        second.store(d, high[r], to + lanes);
    }
}

void rowsOf(int64_t count, const Left& left, const Panel& panel, float* y, int64_t yStride,
            bool adds) {
    switch (count) {
        case 6:
            return tile<6>(left, panel, y, yStride, adds);
        case 5:
            return tile<5>(left, panel, y, yStride, adds);
        case 4:
            return tile<4>(left, panel, y, yStride, adds);
        case 3:
            return tile<3>(left, panel, y, yStride, adds);
        case 2:
            return tile<2>(left, panel, y, yStride, adds);
        default:
            return tile<1>(left, panel, y, yStride, adds);
    }
}

void pack(const MatMulPlan& plan, const float* b, int64_t depth, int64_t columns, int64_t width,
          float* packed) {
    for (int64_t k = 0; k < depth; ++k, packed += width) {
        const float* const from = b + k * plan.bRow;
        for (int64_t n = 0; n < columns; ++n) packed[n] = from[n * plan.bColumn];
        std::fill(packed + columns, packed + width, 0.0f);
    }
}

void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const MatMulPlan*>(problem);
    const hn::ScalableTag<float> d;
    const int64_t width = 2 * static_cast<int64_t>(hn::Lanes(d));
    HWY_ALIGN float packed[matMulDepth * matMulWidest];
    const MatMulPart at = plan.part(part);
    const auto offsets = plan.batch.rowOffsets(at.matrix);
    const float* const a = static_cast<const float*>(operands[0]) + offsets[0];
    const float* const b = static_cast<const float*>(operands[1]) + offsets[1];
    float* const y = static_cast<float*>(operands[2]) + at.matrix * plan.rows * plan.columns;
    for (int64_t n = at.firstColumn; n < at.endColumn; n += width) {
        const int64_t columns = std::min(width, at.endColumn - n);
        for (int64_t k = 0; k < plan.depth || k == 0; k += matMulDepth) {
            const int64_t depth = std::min(matMulDepth, plan.depth - k);
            pack(plan, b + k * plan.bRow + n * plan.bColumn, depth, columns, width, packed);
            const Panel panel{packed, depth, columns};
            for (int64_t m = at.firstRow; m < at.endRow; m += tileRows)
                rowsOf(std::min(tileRows, at.endRow - m),
                       {a + m * plan.aRow + k * plan.aColumn, plan.aRow, plan.aColumn}, panel,
                       y + m * plan.columns + n, plan.columns, k > 0);
        }
    }
}

Choice chooseMatMul() { return {run, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseMatMul);

Kernel bindMatMul(const MatMulProblem& problem) {
    if (problem.y.dtype != DType::F32)
        return refuse("tiles: wants f32, got " + std::string(name(problem.y.dtype)));
    const MatMulPlan plan = matMulPlan(problem);
    Kernel kernel = bindVector("matmul", Layout::RowMajor, plan,
                               HWY_DYNAMIC_DISPATCH(chooseMatMul)(), plan.parts());
    kernel.share = [](const void* bound, int64_t part) -> ResultShare {
        const auto& own = *static_cast<const MatMulPlan*>(bound);
        const MatMulPart at = own.part(part);
        return {.first = (at.matrix * own.rows + at.firstRow) * own.columns + at.firstColumn,
                .count = at.endColumn - at.firstColumn,
                .repeats = at.endRow - at.firstRow,
                .stride = own.columns};
    };
    return kernel;
}

}  // namespace vitrine::kernels::cpu

namespace vitrine::kernels {

Kernel selectMatMul(const MatMulProblem& problem) {
    return choose(problem, {cpu::bindMatMul, reference::matMul});
}

}  // namespace vitrine::kernels
#endif
