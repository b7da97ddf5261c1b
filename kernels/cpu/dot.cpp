// SPDX-License-Identifier: Apache-2.0
// Σ a · b over the logical elements of two images, in Highway, accumulated in double.
#include <bit>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/loss.h"
#include "kernels/cpu/ordered_sum.h"
#include "kernels/cpu/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/dot.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/product_sum-inl.h"

#ifndef VITRINE_KERNELS_CPU_DOT_BOUND
#define VITRINE_KERNELS_CPU_DOT_BOUND
namespace vitrine::kernels::cpu {

/// Real elements of the 16 of each pixel of a plane: images of the group or channels of the block.
inline int64_t realLanes(const Image& image, int64_t plane) {
    const bool lanes = image.layout == Layout::Lanes;
    const int64_t block = lanes ? plane / image.c : plane % image.channelBlocks();
    return std::min(blockWidth, (lanes ? image.n : image.c) - block * blockWidth);
}

/// Planes may be run through without looking where all of their lanes are real.
inline bool allLanesReal(const Image& image) {
    return image.layout == Layout::RowMajor ||
           (image.layout == Layout::Lanes ? image.n : image.c) % blockWidth == 0;
}

struct BoundDot {
    Image image;
    bool masked = false;
    Rows rows;
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {

double partialDot(const BoundDot& bound, const float* a, const float* b, int64_t part) {
    ProductSum sum;
    float mask[blockWidth];
    for (int64_t index = bound.rows.begin(part); index < bound.rows.end(part); ++index) {
        const Row row = bound.rows.row(index);
        const int64_t real = bound.masked ? realLanes(bound.image, row.plane) : blockWidth;
        if (real == blockWidth) {
            sum.addRun(a + row.a, b + row.b, row.count);
            continue;
        }
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            mask[lane] = std::bit_cast<float>(lane < real ? ~uint32_t{0} : 0);
        for (int64_t i = 0; i < row.count; i += blockWidth)
            sum.addMasked(a + row.a + i, b + row.b + i, mask);
    }
    return sum.total();
}

void runDot(const void* problem, void* const* operands, Workspace workspace, int phase,
            int64_t part) {
    const auto& bound = *static_cast<const BoundDot*>(problem);
    auto* partials = static_cast<double*>(workspace.shared);
    if (phase == 0)
        partials[part] = partialDot(bound, static_cast<const float*>(operands[0]),
                                    static_cast<const float*>(operands[1]), part);
    if (finishes(bound.rows.parts(), phase))
        *static_cast<float*>(operands[2]) =
            static_cast<float>(sumInOrder(partials, bound.rows.parts()));
}

Choice chooseDot() { return {runDot, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseDot);

Kernel bindDot(const DotProblem& problem) {
    const bool masked = !allLanesReal(problem.a);
    const Rows rows(problem.a, problem.a, problem.b,
                    masked ? Rows::Split::ByPixelRow : Rows::Split::Anywhere);
    Kernel kernel = bindVector("dot", problem.a.layout, BoundDot{problem.a, masked, rows},
                               HWY_DYNAMIC_DISPATCH(chooseDot)(), rows.parts());
    setOrderedSum(kernel, rows.parts());
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
