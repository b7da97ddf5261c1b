// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the pointwise kernels, on row-major float and double.
#pragma once

#include "kernels/api/pointwise.h"

namespace vitrine::kernels::reference {

/// Null where a function has none.
template <class T>
struct Operands {
    const T *a = nullptr, *b = nullptr, *c = nullptr;
};
template <class T>
struct Parameters {
    T p = 0, q = 0;
};
/// y[i] = f(a[i], b[i], c[i]).
template <class T>
void applyRow(Pointwise function, const Parameters<T>& with, const Operands<T>& from, T* y,
              int64_t count);
template <class T>
void pointwise(const PointwiseProblem& problem, const Operands<T>& from, T* y);
template <class T>
void scaleBy(const ScaleByProblem& problem, const T* x, const T* s, T* y);
template <class T>
void fill(const FillProblem& problem, T* y);
template <class T>
void dropout(const DropoutProblem& problem, const T* x, const int64_t* key, T* y);
template <class T>
void uniform(const UniformProblem& problem, const int64_t* key, T* y);

/// Smallest first word of Philox that keeps an element: ⌈rate · 2^32⌉, at most 2^32 − 1.
uint32_t dropoutThreshold(double rate);

Kernel bindPointwise(const PointwiseProblem& problem);
Kernel bindScaleBy(const ScaleByProblem& problem);
Kernel bindFill(const FillProblem& problem);
Kernel bindDropout(const DropoutProblem& problem);
Kernel bindUniform(const UniformProblem& problem);

}  // namespace vitrine::kernels::reference
