// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the optimiser updates and the global norm, on flat float and double.
#pragma once

#include "kernels/api/update.h"

namespace vitrine::kernels::reference {

template <class T>
struct SgdOperands {
    const T *p, *g, *v, *lr, *scale;
    T *newP, *newV;
};
template <class T>
void sgdUpdate(const SgdProblem& problem, const SgdOperands<T>& operands);

template <class T>
struct AdamOperands {
    const T *p, *g, *m, *v;
    const int64_t* step;
    const T *lr, *scale;
    T *newP, *newM, *newV;
};
template <class T>
void adamUpdate(const AdamProblem& problem, const AdamOperands<T>& operands);

/// `g` has one pointer to T for each of the problem's counts.
template <class T>
void globalNorm(const GlobalNormProblem& problem, const void* const* g, T* norm);

Kernel bindSgdUpdate(const SgdProblem& problem);
Kernel bindAdamUpdate(const AdamProblem& problem);
Kernel bindGlobalNorm(const GlobalNormProblem& problem);

}  // namespace vitrine::kernels::reference
