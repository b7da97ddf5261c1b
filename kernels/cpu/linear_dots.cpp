// SPDX-License-Identifier: Apache-2.0
// y = x · wᵀ + bias of few rows in row-major memory, as dot products: w lies along them, so every
// line of it is read once and nothing is packed. One row runs as fast as w comes from memory: 60
// GB/s out of the second-level cache, where 16 images in a line would compute 15 of nothing.
#include "kernels/cpu/cut.h"
#include "kernels/cpu/linear.h"
#include "kernels/cpu/plane_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/linear_dots.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/vector16-inl.h"

#ifndef VITRINE_KERNELS_CPU_LINEAR_DOTS
#define VITRINE_KERNELS_CPU_LINEAR_DOTS
namespace vitrine::kernels::cpu {

struct DotsPlan {
    LinearProblem problem;
    Cut outputs;  ///< in tiles
};
/// Outputs of a tile.
inline constexpr int64_t dotsTile = 8;

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

struct Dots {
    const float *x, *w, *bias;  ///< bias may be null
    float* y;
    int64_t in, out;
    bool relu;
};

template <int rows, int outputs>
using Sums = FloatVector[rows][outputs];

/// What so many numbers from k on give; `pick` loads a vector of them.
template <int rows, int outputs, class Pick>
HWY_INLINE void addTerms(Sums<rows, outputs>& sums, const float* x, const float* w, int64_t in,
                         int64_t k, Pick pick) {
    FloatVector xs[rows];
#pragma GCC unroll 2
    for (int r = 0; r < rows; ++r) xs[r] = pick(x + r * in + k);
#pragma GCC unroll 8
    for (int o = 0; o < outputs; ++o) {
        const FloatVector weight = pick(w + o * in + k);
#pragma GCC unroll 2
        for (int r = 0; r < rows; ++r) sums[r][o] = hn::MulAdd(xs[r], weight, sums[r][o]);
    }
}

template <int rows, int outputs>
HWY_INLINE void tile(const Dots& dots, int64_t row, int64_t output) {
    constexpr Floats d;
    const float* const x = dots.x + row * dots.in;
    const float* const w = dots.w + output * dots.in;
    Sums<rows, outputs> sums;
    for (auto& ofRow : sums)
        for (FloatVector& sum : ofRow) sum = hn::Zero(d);
    int64_t k = 0;
    for (; k + lanesOfVector <= dots.in; k += lanesOfVector)
        addTerms<rows, outputs>(sums, x, w, dots.in, k,
                                [](const float* at) HWY_ATTR { return hn::LoadU(Floats(), at); });
    if (k < dots.in) {
        const auto rest = hn::FirstN(d, static_cast<size_t>(dots.in - k));
        addTerms<rows, outputs>(sums, x, w, dots.in, k, [&](const float* at) HWY_ATTR {
            return hn::MaskedLoad(rest, Floats(), at);
        });
    }
    for (int r = 0; r < rows; ++r)
        for (int o = 0; o < outputs; ++o) {
            const float sum = hn::GetLane(hn::SumOfLanes(d, sums[r][o]));
            const float value = dots.bias ? sum + dots.bias[output + o] : sum;
            dots.y[(row + r) * dots.out + output + o] = dots.relu && value < 0 ? 0.0F : value;
        }
}

template <int rows>
void sweep(const Dots& dots, int64_t row, int64_t begin, int64_t end) {
    // Sums of two rows and eight outputs fill sixteen registers alone.
    constexpr int together = lanesOfVector == 16 || rows == 1 ? dotsTile : dotsTile / 2;
    int64_t output = begin;
    for (; output + together <= end; output += together) tile<rows, together>(dots, row, output);
    for (; output < end; ++output) tile<rows, 1>(dots, row, output);
}

void runDots(const void* bound, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const DotsPlan*>(bound);
    const LinearProblem& p = plan.problem;
    const Dots dots{.x = static_cast<const float*>(operands[0]),
                    .w = static_cast<const float*>(operands[1]),
                    .bias = p.bias ? static_cast<const float*>(operands[2]) : nullptr,
                    .y = static_cast<float*>(operands[p.bias ? 3 : 2]),
                    .in = p.in,
                    .out = p.out,
                    .relu = p.epilogue == Epilogue::Relu};
    const int64_t begin = plan.outputs.begin(part) * dotsTile;
    const int64_t end = std::min(p.out, plan.outputs.end(part) * dotsTile);
    int64_t row = 0;
    for (; row + 2 <= p.n; row += 2) sweep<2>(dots, row, begin, end);
    if (row < p.n) sweep<1>(dots, row, begin, end);
}

Kernel::Run chooseDots() { return runDots; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseDots);

namespace {

/// Numbers of w that a part reads at least: about 1 µs.
constexpr int64_t grainElements = 16 * 1024;

ResultShare dotsShare(const void* bound, int64_t part) {
    const auto& plan = *static_cast<const DotsPlan*>(bound);
    const int64_t first = plan.outputs.begin(part) * dotsTile, out = plan.problem.out;
    return {.first = first,
            .count = std::min(out, plan.outputs.end(part) * dotsTile) - first,
            .repeats = plan.problem.n,
            .stride = out};
}

}  // namespace

Kernel linearDotsForward(const LinearProblem& p) {
    if (p.dtype != DType::F32 || p.layout != Layout::RowMajor || p.n > mostDotRows)
        return refuse("dots: wants few rows of f32 in row-major memory");
    if (p.load) return refuse("dots: packs nothing");
    const int64_t tiles = (p.out + dotsTile - 1) / dotsTile;
    DotsPlan plan{p, cut(tiles, dotsTile * p.in, grainElements)};
    Kernel kernel = bindKernel(planeKernelName("linear.forward", Layout::RowMajor, "dots"), plan,
                               HWY_DYNAMIC_DISPATCH(chooseDots)());
    kernel.parts[0] = plan.outputs.parts;
    kernel.share = dotsShare;
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
