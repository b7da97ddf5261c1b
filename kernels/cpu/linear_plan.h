// SPDX-License-Identifier: Apache-2.0
// How the fully connected kernels cut their products into parts.
#pragma once

#include <string_view>

#include "kernels/api/linear.h"
#include "kernels/cpu/cut.h"

namespace vitrine::kernels::cpu {

/// Rows of a register tile that the parts are cut by: a multiple of no tile is lost.
inline constexpr int64_t linearTileRows = 6;
/// Lane groups that share a register tile at most.
inline constexpr int64_t linearTileGroups = 4;
/// Columns of dw that one panel of transposed x serves.
inline constexpr int64_t linearPanelWidth = 64;
/// Terms that one chain of sums takes: shorter chains keep the rounding error of long products
/// low, and a panel of that depth stays in the second-level cache.
inline constexpr int64_t linearDepth = 512;

/// A product cut in two directions; part = outer part · inner.parts + inner part.
struct Cut2d {
    Cut outer, inner;
    constexpr int64_t parts() const { return outer.parts * inner.parts; }
};

struct LinearPlan {
    LinearProblem problem;
    Cut2d product;      ///< forward, data: blocks of lane groups, tile rows; weights: panels, rows
    Cut transposition;  ///< weights: (group, panel) pairs
};

/// Forward and data on the lanes layout; refuse others and float64.
Kernel bindLinear(std::string_view family, const LinearProblem& problem, bool isData,
                  Kernel::Run run);
Kernel bindLinearWeights(const LinearProblem& problem, Kernel::Run run);

}  // namespace vitrine::kernels::cpu
