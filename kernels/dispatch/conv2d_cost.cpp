// SPDX-License-Identifier: Apache-2.0
// What a convolution would take in each layout: a committed table of measured shares of the FMA
// peak, so that the choice of a layout follows from shape and instruction set alone.
#include "kernels/api/conv2d.h"

#include <algorithm>

#include "kernels/cpu/conv2d/candidates.h"
#include "kernels/cpu/conv2d/depthwise.h"
#include "kernels/cpu/conv2d/winograd.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels {

namespace {

constexpr double flopsPerLane = 15.5e9;  // two fused multiply-adds a cycle, about 3.9 GHz

/// Shares of the peak that full blocks reach: means of AVX2 and AVX3 over the shapes of the
/// benchmark, one thread.
struct Shares {
    double wide;       ///< kernels of several taps
    double pointwise;  ///< 1 × 1
    double strided;    ///< several taps, stride 2
};
constexpr Shares blockedShares[] = {{0.95, 0.90, 0.90}, {0.94, 0.89, 0.89}, {0.90, 0.79, 0.82}};
constexpr Shares lanesShares[] = {{0.88, 0.52, 0.84}, {0.88, 0.52, 0.80}, {0.70, 0.33, 0.45}};

double shareOf(const Shares& shares, const Conv2dProblem& pr) {
    if (pr.window.taps() == 1) return shares.pointwise;
    return pr.window.rows.stride * pr.window.columns.stride == 1 ? shares.wide : shares.strided;
}

/// What lanes take for narrow groups beside blocks: with 16 images in a line a part reads from 16
/// places at once, and memory answers at two thirds of the rate.
constexpr double lanesBesideBlocks = 1.5;

/// How much of the blocks of 16 that a kernel works on is there.
double filled(int64_t count) {
    const int64_t blocks = (count + blockWidth - 1) / blockWidth;
    return static_cast<double>(count) / static_cast<double>(blocks * blockWidth);
}

Conv2dProblem inLayout(Conv2dProblem pr, Layout layout) {
    pr.x.layout = pr.y.layout = layout;
    pr.x.halo = pr.y.halo = 0;
    pr.x.halo = conv2dForwardHalo(pr);
    pr.y.halo = conv2dDataHalo(pr);
    return pr;
}

/// Few terms in a sum leave little time between loading and storing a tile.
double shortSums(double terms) { return terms / (terms + 12); }

}  // namespace

double conv2dCost(const Conv2dProblem& problem, ConvPass pass, Layout layout) {
    if (layout == Layout::RowMajor || problem.x.dtype != DType::F32 || !problem.window.isFlat())
        return -1;
    const Conv2dProblem pr = inLayout(problem, layout);
    if (pr.algorithm == Algorithm::Winograd) return winogradSeconds(pr, pass);
    const bool blocked = layout == Layout::Blocked;
    if (blocked && conv2dBlockedDepthwise.refusal(pr, pass).empty()) return depthwiseSeconds(pr);
    const Conv2dCandidate& candidate = blocked ? conv2dBlockedDirect : conv2dLanesDirect;
    if (!candidate.refusal(pr, pass).empty()) return -1;
    const auto row = static_cast<int>(pass);
    double share = shareOf(blocked ? blockedShares[row] : lanesShares[row], pr);
    const int64_t c = pr.x.c / pr.groups, k = pr.y.c / pr.groups;
    const int64_t summed = pass == ConvPass::Data ? k : c;
    if (pass != ConvPass::Weights)
        share *= shortSums(static_cast<double>(summed * pr.window.taps()));
    share *= !blocked ? filled(pr.x.n) : pass == ConvPass::Data ? filled(pr.x.c) : filled(pr.y.c);
    const double flops =
        2.0 * static_cast<double>(pr.y.elements()) * static_cast<double>(c * pr.window.taps());
    const double seconds = flops / (share * flopsPerLane * instructionSet().floatLanes);
    return whyNotDepthwise(pr).empty() ? std::max(seconds, lanesBesideBlocks * depthwiseSeconds(pr))
                                       : seconds;
}

}  // namespace vitrine::kernels
