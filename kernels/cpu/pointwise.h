// SPDX-License-Identifier: Apache-2.0
// The vector kernels of the pointwise family: float32, every layout.
#pragma once

#include "kernels/api/pointwise.h"

namespace vitrine::kernels::cpu {

/// The operands of a row of floats; those that a function does not have are not read.
struct RowOperands {
    const float *a = nullptr, *b = nullptr, *c = nullptr;
};
struct Parameters {
    float p = 0, q = 0;
};
constexpr Parameters parameters(double p, double q) {
    return {static_cast<float>(p), static_cast<float>(q)};
}
/// y[i] = f(a[i], b[i], c[i]) for `count` elements, none of which is touched twice; y may be one of
/// the operands.
using RowFunction = void (*)(const RowOperands& from, float* y, int64_t count, Parameters);
/// That of the best instruction set, with the bits of bindPointwise; `thenRelu`: and of a relu
/// after it.
RowFunction rowFunction(Pointwise function, bool thenRelu = false);

/// Functions of one and two operands that lie like the result.
Kernel bindPointwise(const PointwiseProblem& problem);
Kernel bindScaleBy(const ScaleByProblem& problem);
Kernel bindFill(const FillProblem& problem);
Kernel bindDropout(const DropoutProblem& problem);
Kernel bindUniform(const UniformProblem& problem);

}  // namespace vitrine::kernels::cpu
