// SPDX-License-Identifier: Apache-2.0
// Which optimiser update or norm kernel takes a problem: the vector kernels know every
// layout in float32, the plain loops double in row-major.
#include "kernels/api/update.h"

#include "kernels/cpu/update.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/update.h"

namespace vitrine::kernels {

Offers offersOf(const SgdUpdate&, const Call& call) {
    return rowMajorOnly(call, {}, {{.result = 0, .operand = 0}, {.result = 1, .operand = 2}});
}
Kernel bindTo(const SgdUpdate& sgd, const Call& call) {
    return selectSgdUpdate({.count = call.in(0).elements(),
                            .momentum = sgd.momentum,
                            .weightDecay = sgd.weightDecay,
                            .nesterov = sgd.nesterov,
                            .dtype = call.in(0).dtype});
}

Offers offersOf(const AdamUpdate&, const Call& call) {
    return rowMajorOnly(
        call, {},
        {{.result = 0, .operand = 0}, {.result = 1, .operand = 2}, {.result = 2, .operand = 3}});
}
Kernel bindTo(const AdamUpdate& adam, const Call& call) {
    return selectAdamUpdate({.count = call.in(0).elements(),
                             .beta1 = adam.beta1,
                             .beta2 = adam.beta2,
                             .epsilon = adam.epsilon,
                             .weightDecay = adam.weightDecay,
                             .decoupled = adam.decoupled,
                             .dtype = call.in(0).dtype});
}

Offers offersOf(const GlobalNorm&, const Call& call) { return rowMajorOnly(call); }
Kernel bindTo(const GlobalNorm&, const Call& call) {
    GlobalNormProblem problem;
    for (size_t k = 0; k < call.inputs(); ++k) problem.counts.push_back(call.in(k).elements());
    problem.dtype = call.in(0).dtype;
    return selectGlobalNorm(problem);
}

Kernel selectSgdUpdate(const SgdProblem& problem) {
    return choose(problem, {float32Only<cpu::bindSgdUpdate>, reference::bindSgdUpdate});
}
Kernel selectAdamUpdate(const AdamProblem& problem) {
    return choose(problem, {float32Only<cpu::bindAdamUpdate>, reference::bindAdamUpdate});
}
Kernel selectGlobalNorm(const GlobalNormProblem& problem) {
    return choose(problem, {float32Only<cpu::bindGlobalNorm>, reference::bindGlobalNorm});
}

}  // namespace vitrine::kernels
