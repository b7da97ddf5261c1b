// SPDX-License-Identifier: Apache-2.0
// Joins what parts have summed, in their order. Moments of a part are taken around its first
// pixels, and joined by their means, so that neither large means nor many parts cost digits. Source
// of the joining: Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance" (1983).
#include "hwy/highway.h"

#if defined(VITRINE_KERNELS_CPU_PART_SUMS_JOIN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_PART_SUMS_JOIN_INL_H_
#undef VITRINE_KERNELS_CPU_PART_SUMS_JOIN_INL_H_
#else
#define VITRINE_KERNELS_CPU_PART_SUMS_JOIN_INL_H_
#endif

#include "kernels/cpu/part_sums_plan.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// Joins sums of elements around a mean of their own.
struct Moments {
    double count = 0, mean = 0, squares = 0;

    void join(double moreCount, double moreMean, double moreSquares) {
        const double all = count + moreCount, apart = moreMean - mean;
        squares += moreSquares + apart * apart * count * moreCount / all;
        mean += apart * moreCount / all;
        count = all;
    }
};

/// Moments of one channel: its lanes of all parts, in order.
void finishMoments(const PartSums& plan, const PartSum& sum, void* const* operands,
                   Workspace workspace, int64_t channel) {
    const int64_t at = plan.lanes() ? channel : channel / blockWidth;
    const int64_t first = plan.lanes() ? 0 : channel % blockWidth;
    const int64_t end = plan.lanes() ? blockWidth : first + 1;
    Moments moments;
    for (int64_t part = 0; part < plan.parts(); ++part) {
        const double* const slot = plan.slot(workspace, part, at);
        const double* const sums = slot + sum.row * blockWidth;
        for (int64_t lane = first; lane < end; ++lane) {
            if (slot[lane] == 0) continue;
            const double offset = sums[lane] / slot[lane];
            moments.join(slot[lane], sums[2 * blockWidth + lane] + offset,
                         sums[blockWidth + lane] - offset * sums[lane]);
        }
    }
    const double variance = moments.squares / moments.count;
    static_cast<float*>(operands[sum.resultAt])[channel] = static_cast<float>(moments.mean);
    static_cast<float*>(operands[sum.resultAt + 1])[channel] =
        static_cast<float>(variance < 0 ? 0 : variance);
}

/// A slot's sums over all parts, in order. Lanes that a part leaves nothing on hold zeros.
HWY_INLINE void joinParts(const PartSums& plan, const PartSum& sum, Workspace workspace,
                          int64_t slot, double* HWY_RESTRICT totals) {
    for (int64_t part = 0; part < plan.parts(); ++part) {
        const double* const sums = plan.slot(workspace, part, slot) + sum.row * blockWidth;
        for (int64_t lane = 0; lane < blockWidth; ++lane) totals[lane] += sums[lane];
    }
}

/// Sums of channels [first, end), at most 16. In lanes a channel's are added up lane by lane, of
/// several channels side by side: each waits for the one before.
void finishSums(const PartSums& plan, const PartSum& sum, void* const* operands,
                Workspace workspace, int64_t first, int64_t end) {
    HWY_ALIGN double totals[blockWidth * blockWidth] = {};
    double results[blockWidth] = {};
    if (plan.lanes()) {
        for (int64_t c = first; c < end; ++c)
            joinParts(plan, sum, workspace, c, totals + (c - first) * blockWidth);
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            for (int64_t c = 0; c < blockWidth; ++c) results[c] += totals[c * blockWidth + lane];
    } else {
        joinParts(plan, sum, workspace, first / blockWidth, results);
    }
    float* const to = static_cast<float*>(operands[sum.resultAt]);
    for (int64_t c = first; c < end; ++c) to[c] = static_cast<float>(results[c - first]);
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
