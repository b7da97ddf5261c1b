// SPDX-License-Identifier: Apache-2.0
// Pooling in plain loops over row-major images: these define "correct".
#pragma once

#include "kernels/api/pool.h"

namespace vitrine::kernels::reference {

Kernel maxPool(const PoolProblem& problem);
Kernel maxPoolBackward(const PoolProblem& problem);
Kernel maxPoolGather(const PoolProblem& problem);
Kernel avgPool(const PoolProblem& problem);
Kernel avgPoolBackward(const PoolProblem& problem);

}  // namespace vitrine::kernels::reference
