// SPDX-License-Identifier: Apache-2.0
// y = x · wᵀ and dx = dy · w with 16 images in a line: tiles of outputs × lane groups stay in
// registers while the inner extent streams; a weight is broadcast to the images.
#include "kernels/cpu/linear.h"

#include "kernels/cpu/linear_plan.h"
#include "kernels/cpu/plane_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/linear.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

constexpr int tileGroups = lanesOfVector == 16 ? linearTileGroups : 1;

/// Rows so that accumulators, one pixel and one weight fill the registers.
template <int groups>
constexpr int tileRows() {
    if (lanesOfVector == 16) return groups == 4 ? 6 : 12;
    return lanesOfVector == 8 ? 6 : 2;
}

/// result[row] = Σ_k weight(row, k) · operand[k] on lane groups; weight(row, k) is w[row][k] in the
/// forward pass and w[k][row] in the data pass.
struct Product {
    const float* operand;
    const float* w;
    const float* bias;  ///< or null
    const float* gate;  ///< or null
    float* result;
    int64_t rows, depth;
    bool relu;
};

/// The terms of one chain of sums.
struct Chain {
    int64_t begin, end;
    bool first, last;
};

template <int rows, int groups, bool transposed>
void tile(const Product& product, int64_t group, int64_t row, const Chain& chain) {
    constexpr int vectors = groups * static_cast<int>(vectorsOfPixel);
    const int64_t operandGroup = product.depth * blockWidth;
    const float* operand = product.operand + group * operandGroup;
    const int64_t rowStride = transposed ? 1 : product.depth;
    const int64_t depthStride = transposed ? product.rows : 1;
    const float* w = product.w + row * rowStride;

    FloatVector sums[rows][vectors];
#pragma GCC unroll 12
    for (int i = 0; i < rows; ++i)
#pragma GCC unroll 4
        for (int j = 0; j < vectors; ++j) sums[i][j] = hn::Zero(Floats());
    for (int64_t k = chain.begin; k < chain.end; ++k) {
        FloatVector pixel[vectors];
#pragma GCC unroll 4
        for (int j = 0; j < vectors; ++j)
            pixel[j] = load(operand + j / vectorsOfPixel * operandGroup + k * blockWidth +
                            j % vectorsOfPixel * lanesOfVector);
#pragma GCC unroll 12
        for (int i = 0; i < rows; ++i) {
            const FloatVector weight = broadcast(w[i * rowStride + k * depthStride]);
#pragma GCC unroll 4
            for (int j = 0; j < vectors; ++j) sums[i][j] = hn::MulAdd(weight, pixel[j], sums[i][j]);
        }
    }

#pragma GCC unroll 12
    for (int i = 0; i < rows; ++i) {
        const FloatVector bias = broadcast(product.bias ? product.bias[row + i] : 0.0F);
#pragma GCC unroll 4
        for (int j = 0; j < vectors; ++j) {
            const int64_t at =
                ((group + j / vectorsOfPixel) * product.rows + row + i) * blockWidth +
                j % vectorsOfPixel * lanesOfVector;
            FloatVector value = hn::Add(sums[i][j], chain.first ? bias : load(product.result + at));
            if (chain.last && product.relu) value = relu(value);
            if (chain.last && product.gate) value = reluGate(value, load(product.gate + at));
            store(value, product.result + at);
        }
    }
}

/// Rows [row, end) in the tallest tiles that fit.
template <int rows, int groups, bool transposed>
void sweepRows(const Product& product, int64_t group, int64_t row, int64_t end,
               const Chain& chain) {
    for (; row + rows <= end; row += rows)
        tile<rows, groups, transposed>(product, group, row, chain);
    if constexpr (rows > 1) {
        constexpr int fewer = rows > 6 ? 6 : rows > 4 ? 4 : rows / 2;
        if (row < end) sweepRows<fewer, groups, transposed>(product, group, row, end, chain);
    }
}

/// Lane groups [group, end) in the widest tiles that fit.
template <int groups, bool transposed>
void sweepGroups(const Product& product, int64_t group, int64_t end, int64_t row, int64_t rowEnd) {
    for (; group + groups <= end; group += groups)
        for (int64_t k = 0; k < product.depth; k += linearDepth) {
            const int64_t stop = std::min(k + linearDepth, product.depth);
            const Chain chain{k, stop, k == 0, stop == product.depth};
            sweepRows<tileRows<groups>(), groups, transposed>(product, group, row, rowEnd, chain);
        }
    if constexpr (groups > 1)
        if (group < end) sweepGroups<groups / 2, transposed>(product, group, end, row, rowEnd);
}

template <bool transposed>
void runPart(const LinearPlan& plan, const Product& product, int64_t part) {
    const Cut& blocks = plan.product.outer;
    const Cut& tiles = plan.product.inner;
    const int64_t groups = (plan.problem.n + blockWidth - 1) / blockWidth;
    const int64_t outer = part / tiles.parts;
    const int64_t inner = part % tiles.parts;
    sweepGroups<tileGroups, transposed>(product, blocks.begin(outer) * linearTileGroups,
                                        std::min(groups, blocks.end(outer) * linearTileGroups),
                                        tiles.begin(inner) * linearTileRows,
                                        std::min(product.rows, tiles.end(inner) * linearTileRows));
}

void runForward(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const LinearPlan*>(bound);
    const bool bias = plan.problem.bias;
    const Product product{.operand = static_cast<const float*>(operands[0]),
                          .w = static_cast<const float*>(operands[1]),
                          .bias = bias ? static_cast<const float*>(operands[2]) : nullptr,
                          .gate = nullptr,
                          .result = static_cast<float*>(operands[bias ? 3 : 2]),
                          .rows = plan.problem.out,
                          .depth = plan.problem.in,
                          .relu = plan.problem.epilogue == Epilogue::Relu};
    runPart<false>(plan, product, part);
}

void runData(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const LinearPlan*>(bound);
    const bool gated = plan.problem.epilogue == Epilogue::ReluGate;
    const Product product{.operand = static_cast<const float*>(operands[0]),
                          .w = static_cast<const float*>(operands[1]),
                          .bias = nullptr,
                          .gate = gated ? static_cast<const float*>(operands[2]) : nullptr,
                          .result = static_cast<float*>(operands[gated ? 3 : 2]),
                          .rows = plan.problem.in,
                          .depth = plan.problem.out,
                          .relu = false};
    runPart<true>(plan, product, part);
}

Kernel::Run chooseLinearForward() { return runForward; }
Kernel::Run chooseLinearData() { return runData; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseLinearForward);
HWY_EXPORT(chooseLinearData);

Kernel linearForward(const LinearProblem& problem) {
    return bindLinear("linear.forward", problem, false,
                      HWY_DYNAMIC_DISPATCH(chooseLinearForward)());
}

Kernel linearData(const LinearProblem& problem) {
    return bindLinear("linear.data", problem, true, HWY_DYNAMIC_DISPATCH(chooseLinearData)());
}

}  // namespace vitrine::kernels::cpu
#endif
