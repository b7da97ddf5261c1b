// SPDX-License-Identifier: Apache-2.0
// Which layout copy kernel takes a problem.
#include <algorithm>

#include "kernels/cpu/reorder.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/copy.h"

namespace vitrine::kernels {
namespace {

/// Between row-major images a reorder is a copy of a view.
Kernel rowMajorCopy(const ReorderProblem& problem) {
    if (problem.x.layout != Layout::RowMajor || problem.y.layout != Layout::RowMajor)
        return refuse("strided copy: wants row-major on both sides");
    StridedCopyProblem copy{.rank = 4, .elementBytes = problem.elementBytes};
    const Image& x = problem.x;
    const std::array<int64_t, 4> shape{x.n, x.c, x.h, x.w};
    std::ranges::copy(shape, copy.shape.begin());
    std::ranges::copy(problem.xStrides, copy.strides.begin());
    return selectStridedCopy(copy);
}

}  // namespace

Kernel selectReorder(const ReorderProblem& problem) {
    return choose(problem, {rowMajorCopy, cpu::reorder, reference::reorder});
}

}  // namespace vitrine::kernels
