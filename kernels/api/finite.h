// SPDX-License-Identifier: Apache-2.0
// Which of many tensors holds a number that is not finite.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// Flat row-major tensors of `counts` elements each.
struct FirstNonFiniteProblem {
    std::vector<int64_t> counts;
    DType dtype = DType::F32;
};
/// first (one int32) = place in the list of the first tensor that holds NaN or an infinity, −1
/// where none does; exact. Operands: x_0 … x_{k−1}, first.
Kernel selectFirstNonFinite(const FirstNonFiniteProblem& problem);

}  // namespace vitrine::kernels
