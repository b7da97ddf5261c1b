// SPDX-License-Identifier: Apache-2.0
// The vector kernels of the pointwise family: float32, every layout.
#pragma once

#include "kernels/api/pointwise.h"

namespace vitrine::kernels::cpu {

/// y[i] = f(a[i], b[i]) for `count` elements, none of which is touched twice; y may be a or b.
/// Unary functions do not read b.
using RowFunction = void (*)(const float* a, const float* b, float* y, int64_t count, float p);
/// That of the best instruction set, with the bits of bindPointwise.
RowFunction rowFunction(Pointwise function);

Kernel bindPointwise(const PointwiseProblem& problem);
Kernel bindScaleBy(const ScaleByProblem& problem);
Kernel bindFill(const FillProblem& problem);
Kernel bindDropout(const DropoutProblem& problem);

}  // namespace vitrine::kernels::cpu
