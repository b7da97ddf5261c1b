// SPDX-License-Identifier: Apache-2.0
// The vector kernels of the normalisation of rows: float32.
#pragma once

#include "kernels/api/row_norm.h"

namespace vitrine::kernels::cpu {

Kernel bindRowNorm(const RowNormProblem& problem);
Kernel bindRowNormBackward(const RowNormProblem& problem);

}  // namespace vitrine::kernels::cpu
