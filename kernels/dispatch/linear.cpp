// SPDX-License-Identifier: Apache-2.0
// Which fully connected kernel takes a problem.
#include "kernels/cpu/linear.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/linear.h"

namespace vitrine::kernels {

Kernel selectLinearForward(const LinearProblem& problem) {
    return choose(problem, {cpu::linearForward, reference::linearForward});
}
Kernel selectLinearData(const LinearProblem& problem) {
    return choose(problem, {cpu::linearData, reference::linearData});
}
Kernel selectLinearWeights(const LinearProblem& problem) {
    return choose(problem, {cpu::linearWeights, reference::linearWeights});
}

}  // namespace vitrine::kernels
