// SPDX-License-Identifier: Apache-2.0
// Fully connected layer with 16 images in a line (Layout::Lanes), and in rows (RowMajor).
#pragma once

#include "kernels/api/linear.h"

namespace vitrine::kernels::cpu {

Kernel linearForward(const LinearProblem& problem);
Kernel linearData(const LinearProblem& problem);
Kernel linearWeights(const LinearProblem& problem);

/// Rows that dot products are taken of, at most: more are worth packing w for.
inline constexpr int64_t mostDotRows = 8;
Kernel linearDotsForward(const LinearProblem& problem);

Kernel linearRowsForward(const LinearProblem& problem);
Kernel linearRowsData(const LinearProblem& problem);
Kernel linearRowsWeights(const LinearProblem& problem);

}  // namespace vitrine::kernels::cpu
