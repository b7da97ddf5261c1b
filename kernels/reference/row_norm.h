// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the normalisation of rows. Sums accumulate in double.
#pragma once

#include "kernels/api/row_norm.h"

namespace vitrine::kernels::reference {

Kernel bindRowNorm(const RowNormProblem& problem);
Kernel bindRowNormBackward(const RowNormProblem& problem);

}  // namespace vitrine::kernels::reference
