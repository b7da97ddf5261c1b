// SPDX-License-Identifier: Apache-2.0
// Choice of the pooling kernels.
#include "kernels/reference/pool.h"

namespace vitrine::kernels {

Kernel selectMaxPool(const PoolProblem& problem) { return reference::maxPool(problem); }
Kernel selectMaxPoolBackward(const PoolProblem& problem) {
    return reference::maxPoolBackward(problem);
}
Kernel selectMaxPoolGather(const PoolProblem& problem) { return reference::maxPoolGather(problem); }
Kernel selectAvgPool(const PoolProblem& problem) { return reference::avgPool(problem); }
Kernel selectAvgPoolBackward(const PoolProblem& problem) {
    return reference::avgPoolBackward(problem);
}

}  // namespace vitrine::kernels
