// SPDX-License-Identifier: Apache-2.0
// Fully connected layer in plain loops over row-major operands: these define "correct". Sums
// accumulate in double.
#pragma once

#include "kernels/api/linear.h"

namespace vitrine::kernels::reference {

Kernel linearForward(const LinearProblem& problem);
Kernel linearData(const LinearProblem& problem);
Kernel linearWeights(const LinearProblem& problem);

}  // namespace vitrine::kernels::reference
