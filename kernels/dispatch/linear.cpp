// SPDX-License-Identifier: Apache-2.0
// Choice of the fully connected kernels.
#include "kernels/reference/linear.h"

namespace vitrine::kernels {

Kernel selectLinearForward(const LinearProblem& problem) {
    return reference::linearForward(problem);
}
Kernel selectLinearData(const LinearProblem& problem) { return reference::linearData(problem); }
Kernel selectLinearWeights(const LinearProblem& problem) {
    return reference::linearWeights(problem);
}

}  // namespace vitrine::kernels
