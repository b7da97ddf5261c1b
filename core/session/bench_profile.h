// SPDX-License-Identifier: Apache-2.0
// Where the time of a step goes: every entry by itself, and the same by operator and kernel.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/session/bench_step.h"

namespace vitrine {

/// What some entries of a tape take, or one of them.
struct ProfileRow {
    std::string op;      ///< with what is fused in: `conv2d + relu`
    std::string kernel;  ///< its name; empty for views, which take nothing
    std::string node;    ///< of one entry: where it comes from
    std::string shapes;  ///< of one entry: what goes in and comes out
    int64_t entries = 1;
    double seconds = 0, flops = 0, bytes = 0;
};

/// Runs the entries one by one, `rounds` times, with a clock around each. In the tape's order, each
/// with its median; those that run once and views are left out.
std::vector<ProfileRow> profileEntries(BenchStep& step, int rounds);

/// Sums by operator and kernel, the longest first.
std::vector<ProfileRow> byKernel(const std::vector<ProfileRow>& entries);

}  // namespace vitrine
