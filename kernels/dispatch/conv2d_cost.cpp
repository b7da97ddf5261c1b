// SPDX-License-Identifier: Apache-2.0
// What a convolution costs in each layout: from the shape, the instruction set and a table of
// measured shares of the multiply-add peak. Estimates only compare layouts, so the clock rate and
// the memory rate are those of a typical core.
#include <algorithm>

#include "kernels/api/conv2d.h"
#include "kernels/cpu/conv2d_candidates.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels {

namespace {

constexpr double clockHertz = 3.5e9, bytesPerSecond = 20e9;

/// Shares of the peak for large problems whose channels fill their blocks: forward, data, weights.
struct Shares {
    double window[3];     ///< kernels of more than one tap
    double pointwise[3];  ///< 1 × 1, which memory holds back
};
constexpr Shares blockedWide = {{0.92, 0.89, 0.82}, {0.84, 0.72, 0.56}};
constexpr Shares lanesWide = {{0.92, 0.91, 0.84}, {0.63, 0.65, 0.56}};
constexpr Shares blockedNarrow = {{0.94, 0.93, 0.91}, {0.90, 0.85, 0.75}};
constexpr Shares lanesNarrow = {{0.91, 0.91, 0.70}, {0.56, 0.53, 0.40}};

/// Multiply-adds per sum that starting and finishing a tile costs.
constexpr double blockedTileStart = 6, lanesTileStart = 4;

const Shares& sharesOf(Layout layout) {
    const bool wide = instructionSet().floatLanes == blockWidth;
    if (layout == Layout::Blocked) return wide ? blockedWide : blockedNarrow;
    return wide ? lanesWide : lanesNarrow;
}

double padded(int64_t count) {
    return static_cast<double>((count + blockWidth - 1) / blockWidth * blockWidth) /
           static_cast<double>(count);
}

/// Work done for each unit of work asked for: images missing in the last lane group, or channels
/// missing in the last block of the operand that lies in vectors.
double waste(const Conv2dProblem& pr, Conv2dPass pass, Layout layout) {
    if (layout == Layout::Lanes) return padded(pr.y.n);
    return padded((pass == Conv2dPass::Data ? pr.x.c : pr.y.c) / pr.groups);
}

/// Multiply-adds that each sum of a register tile takes.
double stepsOf(const Conv2dProblem& pr, Conv2dPass pass) {
    const int64_t taps = pr.r * pr.s;
    if (pass == Conv2dPass::Weights) return static_cast<double>(pr.y.h * pr.y.w);
    const int64_t channels = (pass == Conv2dPass::Data ? pr.y.c : pr.x.c) / pr.groups;
    return static_cast<double>(channels * taps) /
           static_cast<double>(pass == Conv2dPass::Data ? pr.strideH * pr.strideW : 1);
}

bool isTaken(Conv2dProblem pr, Conv2dPass pass, Layout layout) {
    pr.x.layout = pr.y.layout = layout;
    pr.x.halo = conv2dForwardHalo(pr);
    pr.y.halo = conv2dDataHalo(pr);
    const Conv2dCandidate& candidate =
        layout == Layout::Blocked ? conv2dBlockedDirect : conv2dLanesDirect;
    return layout != Layout::RowMajor && candidate.refusal(pr, pass).empty();
}

double bytesOf(Image image, Layout layout) {
    image.layout = layout;
    image.halo = 0;
    return static_cast<double>(image.storageElements()) * sizeof(float);
}

}  // namespace

double conv2dCost(const Conv2dProblem& pr, Conv2dPass pass, Layout layout) {
    if (!isTaken(pr, pass, layout)) return -1;
    const Shares& shares = sharesOf(layout);
    const double share =
        (pr.r * pr.s > 1 ? shares.window : shares.pointwise)[static_cast<int>(pass)];
    const double steps = stepsOf(pr, pass);
    const double start = layout == Layout::Blocked ? blockedTileStart : lanesTileStart;
    const double multiplyAdds = static_cast<double>(pr.y.elements()) *
                                static_cast<double>(pr.x.c / pr.groups * pr.r * pr.s) *
                                waste(pr, pass, layout) * (steps + start) / steps;
    const double peak = 2 * clockHertz * instructionSet().floatLanes;
    const double memory = (bytesOf(pr.x, layout) + bytesOf(pr.y, layout)) / bytesPerSecond;
    return std::max(multiplyAdds / (peak * share), memory);
}

}  // namespace vitrine::kernels
