// SPDX-License-Identifier: Apache-2.0
// √ Σ g² over a list of tensors in Highway, accumulated in double.
#include <cmath>

#include "kernels/cpu/tensor_list.h"
#include "kernels/cpu/update.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/global_norm.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/product_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {

/// Two sums side by side: one alone would wait for its own additions.
double sumOfSquares(const TensorList& list, void* const* tensors, int64_t part) {
    ProductSum sum, other;
    RunsOfPart runs(list, part);
    for (TensorRun run; runs.next(run);) {
        const float* g = static_cast<const float*>(tensors[run.tensor]) + run.from;
        int64_t i = 0;
        for (; i + 2 * blockWidth <= run.count; i += 2 * blockWidth) {
            sum.add(g + i, g + i);
            other.add(g + i + blockWidth, g + i + blockWidth);
        }
        sum.addRun(g + i, g + i, run.count - i);
    }
    return sum.total() + other.total();
}

void runGlobalNorm(const void* problem, void* const* operands, Workspace workspace, int phase,
                   int64_t part) {
    runOverParts<double>(problem, operands, workspace, phase, part, sumOfSquares,
                         [](std::span<const double> partials) {
                             return static_cast<float>(std::sqrt(sumInOrder(partials)));
                         });
}

Choice chooseGlobalNorm() { return {runGlobalNorm, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseGlobalNorm);

Kernel bindGlobalNorm(const GlobalNormProblem& problem) {
    return bindOverParts("update.global_norm", problem.counts,
                         HWY_DYNAMIC_DISPATCH(chooseGlobalNorm)());
}

}  // namespace vitrine::kernels::cpu
#endif
