// SPDX-License-Identifier: Apache-2.0
// Which softmax, loss, row-wise or dot kernel takes a problem: the vector kernels know every
// layout in float32, the plain loops double in row-major.
#include "kernels/api/loss.h"

#include "kernels/cpu/loss.h"
#include "kernels/reference/loss.h"

namespace vitrine::kernels {

Kernel selectSoftmax(const RowProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindSoftmax(problem)
                                       : reference::bindSoftmax(problem);
}
Kernel selectCrossEntropy(const RowProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindCrossEntropy(problem)
                                       : reference::bindCrossEntropy(problem);
}
Kernel selectCrossEntropyGrad(const RowProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindCrossEntropyGrad(problem)
                                       : reference::bindCrossEntropyGrad(problem);
}
Kernel selectCountCorrect(const RowProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindCountCorrect(problem)
                                       : reference::bindCountCorrect(problem);
}
Kernel selectRowDot(const RowProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindRowDot(problem) : reference::bindRowDot(problem);
}
Kernel selectRowScale(const RowProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindRowScale(problem)
                                       : reference::bindRowScale(problem);
}
Kernel selectDot(const DotProblem& problem) {
    return problem.a.dtype == DType::F32 ? cpu::bindDot(problem) : reference::bindDot(problem);
}

}  // namespace vitrine::kernels
