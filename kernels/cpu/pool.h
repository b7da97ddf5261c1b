// SPDX-License-Identifier: Apache-2.0
// Pooling in the layouts of 16-wide planes; every vector lane is an independent image or channel.
#pragma once

#include "kernels/api/pool.h"

namespace vitrine::kernels::cpu {

Kernel maxPool(const PoolProblem& problem);
Kernel maxPoolBackward(const PoolProblem& problem);
Kernel maxPoolGather(const PoolProblem& problem);
Kernel avgPool(const PoolProblem& problem);
Kernel avgPoolBackward(const PoolProblem& problem);

}  // namespace vitrine::kernels::cpu
