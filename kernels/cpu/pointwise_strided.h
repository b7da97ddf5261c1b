// SPDX-License-Identifier: Apache-2.0
// The pointwise kernel that takes row-major operands of any strides and floating-point type.
#pragma once

#include "kernels/api/pointwise.h"
#include "kernels/dispatch/choose.h"

namespace vitrine::kernels::cpu {

Kernel bindPointwiseStrided(const PointwiseProblem& problem);

}  // namespace vitrine::kernels::cpu
