// SPDX-License-Identifier: Apache-2.0
// Follows from what kernels say that their parts read.
#include "kernels/api/image_cuts.h"

#include <algorithm>
#include <numeric>

#include "kernels/api/offer.h"

namespace vitrine::kernels {

namespace {

using Share = ResultShare (*)(const void* problem, int64_t part);

bool isWeights(const Problem& problem) {
    const auto* const conv = std::get_if<Conv>(&problem);
    return conv && conv->pass == ConvPass::Weights;
}

/// Convolutions and pools speak of what they read; what else there is of kernels that know their
/// planes has them in its result.
const Operand& walkedOver(const Call& call, const Kernel& kernel) {
    const bool hasWindow =
        std::holds_alternative<Conv>(call.problem) || std::holds_alternative<Pool>(call.problem);
    return kernel.reads && hasWindow ? call.in(isWeights(call.problem) ? 1 : 0) : call.out(0);
}

/// Whether a plane of the result is made of the same plane of what it reads: that of one channel in
/// lanes, and of 16 in blocks, which are whole groups of the narrow ones.
bool goesByPlane(const Call& call) {
    const auto* const conv = std::get_if<Conv>(&call.problem);
    if (!conv) return true;
    const int64_t x = call.in(0).c, y = isWeights(call.problem) ? call.in(1).c : call.out(0).c;
    const int64_t most = call.in(0).layout == Layout::Blocked ? blockWidth : 1;
    return x == y && x % conv->groups == 0 && most % (x / conv->groups) == 0;
}

/// A cut lies between two parts where all groups of the parts before come before those of the parts
/// behind. Of so many planes each.
std::vector<int64_t> cutsOf(const Kernel& kernel, Share shareOf, int64_t planes, int64_t groups) {
    const auto parts = static_cast<size_t>(kernel.parts[0]);
    std::vector<int64_t> lowest(parts + 1, groups), highest(parts + 1, 0);
    for (size_t part = 0; part < parts; ++part) {
        const ResultShare share = shareOf(kernel.problem.get(), static_cast<int64_t>(part));
        const int64_t end = share.first + (share.repeats - 1) * share.stride + share.count;
        lowest[part] = share.first / planes;
        highest[part + 1] = (end - 1) / planes + 1;
    }
    std::partial_sum(highest.begin(), highest.end(), highest.begin(), std::ranges::max);
    std::partial_sum(lowest.rbegin(), lowest.rend(), lowest.rbegin(), std::ranges::min);
    std::vector<int64_t> before(static_cast<size_t>(groups) + 1, -1);
    for (size_t part = 0; part <= parts; ++part)
        for (int64_t group = highest[part]; group <= lowest[part]; ++group)
            before[static_cast<size_t>(group)] = static_cast<int64_t>(part);
    return before;
}

}  // namespace

std::optional<ImageCuts> imageCuts(const Call& call, const Kernel& kernel) {
    const bool weights = isWeights(call.problem);
    const bool goesByImage = std::holds_alternative<Conv>(call.problem) ||
                             std::holds_alternative<Pool>(call.problem) ||
                             !asSteps(call.problem).empty();
    // Sums by channel are joined in a phase of their own.
    const int phases = kernel.phases - (call.sums.empty() ? 0 : 1);
    if (!goesByImage || (!weights && phases != 1)) return std::nullopt;
    const Share share = kernel.reads ? kernel.reads : kernel.phases == 1 ? kernel.share : nullptr;
    const Operand& image = walkedOver(call, kernel);
    if (!share || (image.layout != Layout::Lanes && image.layout != Layout::Blocked))
        return std::nullopt;
    const bool lanes = image.layout == Layout::Lanes;
    const int64_t groups = lanes ? image.laneGroups() : image.n;
    const int64_t all = lanes ? image.c : image.channelBlocks();
    const int64_t planes = goesByPlane(call) ? all : 1;
    return ImageCuts{.layout = image.layout,
                     .groups = groups,
                     .planes = planes,
                     .givesImages = !weights,
                     .before = cutsOf(kernel, share, all / planes, groups * planes)};
}

}  // namespace vitrine::kernels
