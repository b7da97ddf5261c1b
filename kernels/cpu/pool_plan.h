// SPDX-License-Identifier: Apache-2.0
// What the fast pooling kernels know before they run: which elements meet which windows.
#pragma once

#include <string_view>

#include "kernels/api/pool.h"
#include "kernels/cpu/cut.h"

namespace vitrine::kernels::cpu {

struct Span {
    int64_t begin = 0, end = 0;
};

/// One axis of the window arithmetic, padding already clipped away.
struct PoolAxis {
    std::vector<Span> taps;      ///< per output: positions in the window that lie inside x
    std::vector<Span> windows;   ///< per input: outputs whose window covers it
    std::vector<double> shares;  ///< per output: 1 / what an average divides by on this axis
};

struct PoolPlan {
    PoolProblem pool;
    PoolAxis rows, columns;
    Cut planes;
};

/// The kernel that the chooser picks for the problem, over parts of whole planes; refuses layouts
/// without planes and float64.
Kernel bindPool(std::string_view family, const PoolProblem& problem,
                Kernel::Run (*choose)(const PoolProblem&));

/// What a part leaves of y, reads of x, and leaves of dx: whole planes.
ResultShare resultPlanes(const void* problem, int64_t part);
ResultShare sourcePlanes(const void* problem, int64_t part);
ResultShare gradientPlanes(const void* problem, int64_t part);

/// Windows of 2 × 2 that touch neither each other nor padding.
bool isQuartering(const PoolProblem& pool);
/// Zeroes the last row or column of dx (at pixel (0, 0) of its plane) where no such window reaches.
void zeroBeyondQuarters(const PoolProblem& pool, float* dx);

}  // namespace vitrine::kernels::cpu
