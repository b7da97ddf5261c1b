// SPDX-License-Identifier: Apache-2.0
// Which softmax, loss, row-wise or dot kernel takes a problem.
#include "kernels/api/loss.h"

#include "kernels/reference/loss.h"

namespace vitrine::kernels {

Kernel selectSoftmax(const RowProblem& problem) { return reference::bindSoftmax(problem); }
Kernel selectCrossEntropy(const RowProblem& problem) {
    return reference::bindCrossEntropy(problem);
}
Kernel selectCrossEntropyGrad(const RowProblem& problem) {
    return reference::bindCrossEntropyGrad(problem);
}
Kernel selectCountCorrect(const RowProblem& problem) {
    return reference::bindCountCorrect(problem);
}
Kernel selectRowDot(const RowProblem& problem) { return reference::bindRowDot(problem); }
Kernel selectRowScale(const RowProblem& problem) { return reference::bindRowScale(problem); }
Kernel selectDot(const DotProblem& problem) { return reference::bindDot(problem); }

}  // namespace vitrine::kernels
