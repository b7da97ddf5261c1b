// SPDX-License-Identifier: Apache-2.0
// The yardsticks that speeds are given as shares of: what this machine can do at most, measured in
// the same run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/exec/team.h"

namespace vitrine {

/// FLOP/s of nothing but multiply-adds, by all threads together, at the fastest tenth of some
/// bursts. Takes some ten milliseconds.
double multiplyAddPeak(Team& team);

/// Bytes/s that all threads together read and write when they copy arrays that no cache holds.
double copyingPeak(Team& team);

/// Kernels chosen from now on use nothing better than this instruction set, in any case of letters.
/// Errors: "L06" naming those that there are.
Result<void> capInstructionSet(std::string_view name);

}  // namespace vitrine
