// SPDX-License-Identifier: Apache-2.0
// What sums by channel of a kernel's parts know when they run. Partial sums lie as
// [part][slot][row of 16 doubles], where a slot is a channel (Lanes) or a block of 16 channels
// (Blocked).
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "kernels/api/problem.h"
#include "kernels/cpu/chain_passes.h"

namespace vitrine::kernels::cpu {

inline constexpr size_t mostOperands = 32;

struct PartSum {
    ChannelPass pass = ChannelPass::Sum;
    Image image;                       ///< Dot: the other image
    size_t imageAt = 0, centerAt = 0;  ///< Dot
    size_t resultAt = 0;
    int64_t row = 0;       ///< of its first row in a slot
    bool withSum = false;  ///< Dot: the sum is the next one, and made beside it
    bool isMade = false;   ///< Sum: so
    /// Moments: sums, squares, and the centers they are taken around.
    int64_t rows() const { return pass == ChannelPass::Moments ? 3 : 1; }
};

/// Steps on what the inner kernel stores.
struct PieceSteps {
    size_t own = 0;  ///< operands of the inner kernel
    ChainWalk walk;  ///< what else they read
    Passes passes;
    bool inRegisters = false;  ///< with all sums
};

struct PartSums {
    Kernel inner;
    std::optional<PieceSteps> steps;
    size_t sumsFrom = 0, ofSums = 0;  ///< operands that the inner kernel does not have
    size_t inputs = 0, all = 0;       ///< operands; with results
    Image y;
    std::vector<PartSum> sums;
    int64_t rows = 0;     ///< of a slot
    bool counts = false;  ///< the first row counts elements on every lane: for moments
    bool ofPixels = false;
    int64_t sumsAt = 0;  ///< bytes from the start of the workspace
    /// Of the thread's scratch, where the inner kernel leaves a part that goes past the caches
    /// then; 0: it stores where the result lies.
    int64_t streamedBytes = 0;

    /// Planes are summed piece by piece.
    bool byPieces() const { return steps || streamedBytes > 0; }
    bool lanes() const { return y.layout == Layout::Lanes; }
    int64_t slots() const { return lanes() ? y.c : y.channelBlocks(); }
    int64_t parts() const { return inner.parts[static_cast<size_t>(inner.phases - 1)]; }
    /// Lanes of a plane that hold elements.
    int64_t lanesOf(int64_t plane) const {
        const int64_t rest =
            lanes() ? y.n - plane / slots() * blockWidth : y.c - plane % slots() * blockWidth;
        return std::min(blockWidth, rest);
    }
    float centerOf(const float* centers, int64_t plane, int64_t lane) const {
        const int64_t slot = plane % slots();
        return lanes() ? centers[slot] : centers[slot * blockWidth + lane];
    }
    /// Every sum is of planes of one pixel in lanes: what linear layers give.
    bool isOfPixels() const {
        return lanes() && y.h * y.w == 1 && std::ranges::all_of(sums, [](const PartSum& sum) {
                   return sum.pass == ChannelPass::Sum && !sum.isMade;
               });
    }
    double* slot(Workspace workspace, int64_t part, int64_t slot) const {
        return reinterpret_cast<double*>(static_cast<char*>(workspace.shared) + sumsAt) +
               (part * slots() + slot) * rows * blockWidth;
    }
};

}  // namespace vitrine::kernels::cpu
