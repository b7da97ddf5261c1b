// SPDX-License-Identifier: Apache-2.0
// Which pooling kernel takes a problem.
#include "kernels/cpu/pool.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/pool.h"

namespace vitrine::kernels {

Kernel selectMaxPool(const PoolProblem& problem) {
    return choose(problem, {cpu::maxPool, reference::maxPool});
}
Kernel selectMaxPoolBackward(const PoolProblem& problem) {
    return choose(problem, {cpu::maxPoolBackward, reference::maxPoolBackward});
}
Kernel selectMaxPoolGather(const PoolProblem& problem) {
    return choose(problem, {cpu::maxPoolGather, reference::maxPoolGather});
}
Kernel selectAvgPool(const PoolProblem& problem) {
    return choose(problem, {cpu::avgPool, reference::avgPool});
}
Kernel selectAvgPoolBackward(const PoolProblem& problem) {
    return choose(problem, {cpu::avgPoolBackward, reference::avgPoolBackward});
}

}  // namespace vitrine::kernels
