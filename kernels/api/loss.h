// SPDX-License-Identifier: Apache-2.0
// Softmax, cross-entropy from logits, row-wise and whole-tensor reductions.
// Rows are images; logits are [n, c], RowMajor or Lanes; labels are int32 [n], row-major; results
// per row are row-major [n].
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

struct RowProblem {
    int64_t n = 0, c = 0;
    Layout layout = Layout::RowMajor;
    double labelSmoothing = 0;  ///< cross-entropy: target = (1 − e) · onehot + e / c
    DType dtype = DType::F32;
};

/// Relative to the largest |result|.
inline constexpr double lossTolerance = 2e-6;

/// y = softmax over c. Operands: x, y (y may be x).
Kernel selectSoftmax(const RowProblem& problem);
/// y = x − ln Σ_c e^x. Operands: x, y (y may be x).
Kernel selectLogSoftmax(const RowProblem& problem);
/// loss (one element) = mean over the n real rows of −Σ target · logsoftmax(logits). Operands:
/// logits, labels, loss.
Kernel selectCrossEntropy(const RowProblem& problem);
/// d = (softmax(logits) − target) · g / n, g one element. Operands: logits, labels, g, d (d may be
/// logits).
Kernel selectCrossEntropyGrad(const RowProblem& problem);
/// dot[n] = Σ_c a · b. Operands: a, b, dot.
Kernel selectRowDot(const RowProblem& problem);
/// y = x · r[n]. Operands: x, r, y (y may be x).
Kernel selectRowScale(const RowProblem& problem);
/// dx = y · (dy − Σ_c dy · y), the gradient of softmax from its result. Operands: dy, y, dx (dx may
/// be dy).
Kernel selectSoftmaxGrad(const RowProblem& problem);

/// One element: Σ a · b over the logical elements. Operands: a, b, dot.
struct DotProblem {
    Operand a, b;
};
Kernel selectDot(const DotProblem& problem);

}  // namespace vitrine::kernels
