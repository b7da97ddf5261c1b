// SPDX-License-Identifier: Apache-2.0
// Which layout copy kernel takes a problem.
#include "kernels/cpu/reorder.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/copy.h"

namespace vitrine::kernels {

Kernel selectReorder(const ReorderProblem& problem) {
    return choose(problem, {cpu::reorder, reference::reorder});
}

}  // namespace vitrine::kernels
