// SPDX-License-Identifier: Apache-2.0
// Convolution and its two adjoints as plain loops: they define what the fast kernels must compute.
// Any layout, stride, padding, dilation, groups and epilogue. Sums are accumulated in T.
#pragma once

#include "kernels/api/conv2d.h"

namespace vitrine::kernels::reference {

/// Plane (n, k) of y; `bias` may be null.
template <class T>
void conv2dForwardPlane(const Conv2dProblem& problem, const T* x, const T* w, const T* bias, T* y,
                        int64_t n, int64_t k);

/// Plane (n, c) of dx; `gate` may be null.
template <class T>
void conv2dDataPlane(const Conv2dProblem& problem, const T* dy, const T* w, const T* gate, T* dx,
                     int64_t n, int64_t c);

/// Filter (k, c) of dw, c counted within the group.
template <class T>
void conv2dWeightsFilter(const Conv2dProblem& problem, const T* dy, const T* x, T* dw, int64_t k,
                         int64_t c);

/// The same as kernels: a part is a plane of the result, or a filter.
Kernel conv2dForward(const Conv2dProblem& problem);
Kernel conv2dData(const Conv2dProblem& problem);
Kernel conv2dWeights(const Conv2dProblem& problem);

}  // namespace vitrine::kernels::reference
