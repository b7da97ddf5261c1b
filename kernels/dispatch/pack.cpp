// SPDX-License-Identifier: Apache-2.0
// Which kernel packs a weight.
#include "kernels/cpu/pack.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/copy.h"

namespace vitrine::kernels {

/// Row-major on both sides, for who looks at it alone: a packing is what a reader asks for.
Offers offersOf(const Pack&, const Call& call) { return rowMajorOnly(call); }

Kernel bindTo(const Pack&, const Call& call) {
    const Operand &x = call.in(0), &y = call.out(0);
    if (y.layout == Layout::Packed) return selectPack({y.packing, sizeOf(y.dtype)});
    StridedCopyProblem copy{.rank = 1, .elementBytes = sizeOf(x.dtype)};
    copy.shape[0] = x.elements();
    copy.strides[0] = 1;
    return selectStridedCopy(copy);
}

Kernel selectPack(const PackProblem& problem) {
    return choose(problem, {cpu::pack, reference::pack});
}

}  // namespace vitrine::kernels
