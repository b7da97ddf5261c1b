// SPDX-License-Identifier: Apache-2.0
// The vector kernels of the pointwise family: float32, every layout.
#pragma once

#include "kernels/api/pointwise.h"

namespace vitrine::kernels::cpu {

Kernel bindPointwise(const PointwiseProblem& problem);
Kernel bindScaleBy(const ScaleByProblem& problem);
Kernel bindFill(const FillProblem& problem);
Kernel bindDropout(const DropoutProblem& problem);

}  // namespace vitrine::kernels::cpu
