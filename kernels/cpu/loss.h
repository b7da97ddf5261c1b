// SPDX-License-Identifier: Apache-2.0
// The vector kernels of the loss family: float32, every layout of its problems.
#pragma once

#include "kernels/api/loss.h"

namespace vitrine::kernels::cpu {

Kernel bindSoftmax(const RowProblem& problem);
Kernel bindLogSoftmax(const RowProblem& problem);
Kernel bindCrossEntropy(const RowProblem& problem);
Kernel bindCrossEntropyGrad(const RowProblem& problem);
Kernel bindRowDot(const RowProblem& problem);
Kernel bindRowScale(const RowProblem& problem);
Kernel bindSoftmaxGrad(const RowProblem& problem);
Kernel bindDot(const DotProblem& problem);

}  // namespace vitrine::kernels::cpu
