// SPDX-License-Identifier: Apache-2.0
// Which search for numbers that are not finite takes a problem: the vector kernel float32, the
// plain loop double.
#include "kernels/api/finite.h"

#include "kernels/cpu/finite.h"
#include "kernels/reference/finite.h"

namespace vitrine::kernels {

Kernel selectFirstNonFinite(const FirstNonFiniteProblem& problem) {
    return problem.dtype == DType::F32 ? cpu::bindFirstNonFinite(problem)
                                       : reference::bindFirstNonFinite(problem);
}

}  // namespace vitrine::kernels
