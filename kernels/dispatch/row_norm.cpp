// SPDX-License-Identifier: Apache-2.0
// Which kernel normalises rows: vectors in float32, the plain loops in double.
#include "kernels/api/row_norm.h"

#include "kernels/cpu/row_norm.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/row_norm.h"

namespace vitrine::kernels {

Offers offersOf(const RowNorm& norm, const Call& call) {
    if (norm.isBackward) return rowMajorOnly(call, {}, {{0, 0}, {0, 1}});
    return rowMajorOnly(call, {}, {{0, 0}});
}

Kernel bindTo(const RowNorm& norm, const Call& call) {
    const Operand &x = call.in(norm.isBackward ? 1 : 0), &scale = call.in(norm.isBackward ? 2 : 1);
    const RowNormProblem problem{.n = x.n,
                                 .c = x.c,
                                 .blocks = norm.blocks,
                                 .scales = scale.elements(),
                                 .epsilon = norm.epsilon,
                                 .dtype = x.dtype};
    return norm.isBackward ? selectRowNormBackward(problem) : selectRowNorm(problem);
}

Kernel selectRowNorm(const RowNormProblem& problem) {
    return choose(problem, {float32Only<cpu::bindRowNorm>, reference::bindRowNorm});
}
Kernel selectRowNormBackward(const RowNormProblem& problem) {
    return choose(problem, {float32Only<cpu::bindRowNormBackward>, reference::bindRowNormBackward});
}

}  // namespace vitrine::kernels
