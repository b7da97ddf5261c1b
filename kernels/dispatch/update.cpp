// SPDX-License-Identifier: Apache-2.0
// Which optimiser update or norm kernel takes a problem.
#include "kernels/api/update.h"

#include "kernels/reference/update.h"

namespace vitrine::kernels {

Kernel selectSgdUpdate(const SgdProblem& problem) { return reference::bindSgdUpdate(problem); }
Kernel selectAdamUpdate(const AdamProblem& problem) { return reference::bindAdamUpdate(problem); }
Kernel selectGlobalNorm(const GlobalNormProblem& problem) {
    return reference::bindGlobalNorm(problem);
}

}  // namespace vitrine::kernels
