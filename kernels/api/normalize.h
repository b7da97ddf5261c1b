// SPDX-License-Identifier: Apache-2.0
// Pixels as they are stored to the floats that networks take.
#pragma once

#include <vector>

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// y = (x / 255 − mean) / std, worked out in double and rounded once. Mean and std: one number for
/// all pixels, or one for each channel. Operands: x of U8, y of F32 or F64, of one shape; row-major
/// without gaps.
struct NormalizeProblem {
    Operand x, y;
    std::vector<double> mean = {0}, std = {1};
};
Kernel selectNormalize(const NormalizeProblem& problem);

}  // namespace vitrine::kernels
