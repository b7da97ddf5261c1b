// SPDX-License-Identifier: Apache-2.0
// The vector kernels of the update family: float32.
#pragma once

#include "kernels/api/update.h"

namespace vitrine::kernels::cpu {

Kernel bindSgdUpdate(const SgdProblem& problem);
Kernel bindAdamUpdate(const AdamProblem& problem);
Kernel bindGlobalNorm(const GlobalNormProblem& problem);

}  // namespace vitrine::kernels::cpu
