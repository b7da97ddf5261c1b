// SPDX-License-Identifier: Apache-2.0
// Which layout copy kernel takes a problem.
#include <algorithm>

#include "kernels/cpu/reorder.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
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

/// Strides of n, c, h, w in a row-major operand of rank 2 to 4, or of rank 5 without gaps.
std::array<int64_t, 4> imageStrides(const Strided& array) {
    const auto& s = array.strides;
    const auto last = static_cast<size_t>(array.rank - 1);
    return {s[0], s[1], last > 2 ? s[last - 1] : 0, last > 1 ? s[last] : 0};
}

}  // namespace

Offers offersOf(const Reorder&, const Call& call) {
    return call.in(0).array.rank > 4 ? rowMajorOnly(call) : rowMajorOnly(call, {0});
}
Kernel bindTo(const Reorder&, const Call& call) {
    const Operand &x = call.in(0), &y = call.out(0);
    ReorderProblem problem{.x = x, .y = y, .xStrides = {}, .elementBytes = sizeOf(x.dtype)};
    if (x.layout == Layout::RowMajor) problem.xStrides = imageStrides(x.array);
    if (y.layout == Layout::RowMajor && y.array.rank == 4) {
        const std::array<int64_t, 4> whole{y.c * y.h * y.w, y.h * y.w, y.w, 1};
        const std::array<int64_t, 4> strides = imageStrides(y.array);
        if (strides != whole) problem.yStrides = strides;
    }
    return selectReorder(problem);
}

Kernel selectReorder(const ReorderProblem& problem) {
    return choose(problem, {rowMajorCopy, cpu::reorder, reference::reorder});
}

}  // namespace vitrine::kernels
