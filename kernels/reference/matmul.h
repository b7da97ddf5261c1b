// SPDX-License-Identifier: Apache-2.0
// Matrix products in plain loops.
#pragma once

#include "kernels/api/matmul.h"

namespace vitrine::kernels::reference {

/// Plain loops, accumulated in double precision; whole numbers wrap.
Kernel matMul(const MatMulProblem& problem);

}  // namespace vitrine::kernels::reference
