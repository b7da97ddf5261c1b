// SPDX-License-Identifier: Apache-2.0
// Which pointwise kernel takes a problem: the vector kernels know every
// layout in float32, the plain loops double in row-major.
#include "kernels/api/pointwise.h"

#include "kernels/cpu/pointwise.h"
#include "kernels/reference/pointwise.h"

namespace vitrine::kernels {

Kernel selectPointwise(const PointwiseProblem& problem) {
    return problem.precision == Precision::F32 ? cpu::bindPointwise(problem)
                                               : reference::bindPointwise(problem);
}
Kernel selectScaleBy(const ScaleByProblem& problem) {
    return problem.precision == Precision::F32 ? cpu::bindScaleBy(problem)
                                               : reference::bindScaleBy(problem);
}
Kernel selectFill(const FillProblem& problem) {
    return problem.precision == Precision::F32 ? cpu::bindFill(problem)
                                               : reference::bindFill(problem);
}
Kernel selectDropout(const DropoutProblem& problem) {
    return problem.precision == Precision::F32 ? cpu::bindDropout(problem)
                                               : reference::bindDropout(problem);
}

}  // namespace vitrine::kernels
