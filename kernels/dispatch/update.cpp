// SPDX-License-Identifier: Apache-2.0
// Which optimiser update or norm kernel takes a problem: the vector kernels know every
// layout in float32, the plain loops double in row-major.
#include "kernels/api/update.h"

#include "kernels/cpu/update.h"
#include "kernels/reference/update.h"

namespace vitrine::kernels {

Kernel selectSgdUpdate(const SgdProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindSgdUpdate(problem)
                                       : reference::bindSgdUpdate(problem);
}
Kernel selectAdamUpdate(const AdamProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindAdamUpdate(problem)
                                       : reference::bindAdamUpdate(problem);
}
Kernel selectGlobalNorm(const GlobalNormProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindGlobalNorm(problem)
                                       : reference::bindGlobalNorm(problem);
}

}  // namespace vitrine::kernels
