// SPDX-License-Identifier: Apache-2.0
// Plain loops that define the row-wise kernels and the dot product, on row-major float and double.
// Sums accumulate in double.
#pragma once

#include "kernels/api/loss.h"

namespace vitrine::kernels::reference {

template <class T>
void softmax(const RowProblem& problem, const T* x, T* y);
template <class T>
void logSoftmax(const RowProblem& problem, const T* x, T* y);
/// A label outside 0 … c − 1 makes the loss infinite; in the gradient it matches no class, so that
/// its row keeps only the smoothing's share. Classes whose target is 0 contribute nothing, also
/// where their logit is −∞.
template <class T>
void crossEntropy(const RowProblem& problem, const T* logits, const int32_t* labels, T* loss);
template <class T>
void crossEntropyGrad(const RowProblem& problem, const T* logits, const int32_t* labels, const T* g,
                      T* d);
template <class T>
void rowDot(const RowProblem& problem, const T* a, const T* b, T* dot);
template <class T>
void rowScale(const RowProblem& problem, const T* x, const T* r, T* y);
template <class T>
void softmaxGrad(const RowProblem& problem, const T* dy, const T* y, T* dx);
template <class T>
void dot(const DotProblem& problem, const T* a, const T* b, T* dot);

Kernel bindSoftmax(const RowProblem& problem);
Kernel bindLogSoftmax(const RowProblem& problem);
Kernel bindCrossEntropy(const RowProblem& problem);
Kernel bindCrossEntropyGrad(const RowProblem& problem);
Kernel bindRowDot(const RowProblem& problem);
Kernel bindRowScale(const RowProblem& problem);
Kernel bindSoftmaxGrad(const RowProblem& problem);
Kernel bindDot(const DotProblem& problem);

}  // namespace vitrine::kernels::reference
