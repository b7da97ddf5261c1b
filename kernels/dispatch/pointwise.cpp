// SPDX-License-Identifier: Apache-2.0
// Which pointwise kernel takes a problem.
#include "kernels/api/pointwise.h"

#include "kernels/reference/pointwise.h"

namespace vitrine::kernels {

Kernel selectPointwise(const PointwiseProblem& problem) {
    return reference::bindPointwise(problem);
}
Kernel selectScaleBy(const ScaleByProblem& problem) { return reference::bindScaleBy(problem); }
Kernel selectFill(const FillProblem& problem) { return reference::bindFill(problem); }
Kernel selectDropout(const DropoutProblem& problem) { return reference::bindDropout(problem); }

}  // namespace vitrine::kernels
