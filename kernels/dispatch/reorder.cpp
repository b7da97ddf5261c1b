// SPDX-License-Identifier: Apache-2.0
// Choice of the layout copies.
#include "kernels/reference/copy.h"

namespace vitrine::kernels {

Kernel selectReorder(const ReorderProblem& problem) { return reference::reorder(problem); }

}  // namespace vitrine::kernels
