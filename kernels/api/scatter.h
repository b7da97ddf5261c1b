// SPDX-License-Identifier: Apache-2.0
// Elements that go to positions of a copy, and what becomes of those that are there.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// What becomes of the element x that lies there and an update u.
enum class ScatterMode : uint8_t {
    Write,  ///< u; of several that go to one place the last
    Add,    ///< x + u, floats accumulated in their own type in the order of updates
    Mul,    ///< x · u likewise
    Max,    ///< the larger one; NaN where one of them is
    Min     ///< the smaller one likewise
};

/// x and y seen as [outer][in][inner], index and updates as [outer][count][inner]; y is a copy of x
/// in which updates[o, p, i] goes to [o, index[o, p, i], i], as the mode says. A position from −1
/// down counts from the last; one that is none is left out. Whole numbers wrap. Operands: x, index
/// (int64), updates, y; all without gaps.
struct ScatterProblem {
    ScatterMode mode = ScatterMode::Write;
    int64_t outer = 1, in = 1, inner = 1, count = 1;
    DType dtype = DType::F32;  ///< Write: any that takes whole bytes; else f32, f64 or whole
};
Kernel selectScatter(const ScatterProblem& problem);

}  // namespace vitrine::kernels
