// SPDX-License-Identifier: Apache-2.0
// How the per-channel kernels walk planes: a slot is a channel (Lanes) or a block of 16 channels
// (Blocked); a slot has one plane for each group of images, or for each image.
#pragma once

#include <string_view>

#include "kernels/api/channel.h"
#include "kernels/cpu/cut.h"

namespace vitrine::kernels::cpu {

struct ChannelPlan {
    ChannelProblem problem;
    int64_t slots = 0;
    int64_t depth = 0;  ///< planes of a slot; plane = step · slots + slot
    Cut slotRanges;     ///< part = slot range · steps.parts + chunk of steps
    Cut steps;

    bool lanes() const { return problem.x.layout == Layout::Lanes; }
    /// Lanes of a plane that hold elements.
    int64_t lanesAt(int64_t slot, int64_t step) const {
        const int64_t rest =
            lanes() ? problem.x.n - step * blockWidth : problem.x.c - slot * blockWidth;
        return std::min(blockWidth, rest);
    }
    /// Where a chunk of a slot leaves its sums: `sums` rows of 16 doubles.
    int64_t partialOffset(int64_t slot, int64_t chunk, int64_t sums) const {
        return (slot * steps.parts + chunk) * sums * blockWidth;
    }
};

/// Sums in phase 0 over parts of planes, added up in order in phase 1. Refuses layouts without
/// planes and float64.
/// `second` is the image that has to match x in layout (x itself where there is no other).
Kernel bindChannelSums(std::string_view family, const ChannelProblem& problem,
                       const Operand& second, int64_t sums, Kernel::Run run);
/// One phase over parts of planes.
Kernel bindChannelMap(std::string_view family, const ChannelProblem& problem, Kernel::Run run);

}  // namespace vitrine::kernels::cpu
