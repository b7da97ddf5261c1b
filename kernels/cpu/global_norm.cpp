// SPDX-License-Identifier: Apache-2.0
// √ Σ g² over a list of tensors in Highway, accumulated in double.
#include <cmath>
#include <numeric>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/ordered_sum.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/update.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/global_norm.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/product_sum-inl.h"

#ifndef VITRINE_KERNELS_CPU_GLOBAL_NORM_BOUND
#define VITRINE_KERNELS_CPU_GLOBAL_NORM_BOUND
namespace vitrine::kernels::cpu {

/// The tensors one after another, cut into parts of equal length: many small ones share a part.
struct BoundGlobalNorm {
    std::vector<int64_t> counts;
    Cut elements;
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {

double sumOfSquares(const BoundGlobalNorm& bound, void* const* tensors, int64_t part) {
    const int64_t begin = bound.elements.begin(part), end = bound.elements.end(part);
    ProductSum sum;
    int64_t start = 0;  // of this tensor among all elements
    for (size_t t = 0; t < bound.counts.size() && start < end; start += bound.counts[t++]) {
        const int64_t from = begin > start ? begin - start : 0;
        const int64_t to = end - start < bound.counts[t] ? end - start : bound.counts[t];
        if (from >= to) continue;
        const float* g = static_cast<const float*>(tensors[t]) + from;
        sum.addRun(g, g, to - from);
    }
    return sum.total();
}

void runGlobalNorm(const void* problem, void* const* operands, void* workspace, int phase,
                   int64_t part) {
    const auto& bound = *static_cast<const BoundGlobalNorm*>(problem);
    const int64_t parts = bound.elements.parts;
    auto* partials = static_cast<double*>(workspace);
    if (phase == 0) partials[part] = sumOfSquares(bound, operands, part);
    if (finishes(parts, phase))
        *static_cast<float*>(operands[bound.counts.size()]) =
            static_cast<float>(std::sqrt(sumInOrder(partials, parts)));
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
    const int64_t total = std::accumulate(problem.counts.begin(), problem.counts.end(), int64_t{0});
    const BoundGlobalNorm bound{problem.counts, cut(total, 1, partElements)};
    Kernel kernel = bindVector("update.global_norm", Layout::RowMajor, bound,
                               HWY_DYNAMIC_DISPATCH(chooseGlobalNorm)(), bound.elements.parts);
    setOrderedSum(kernel, bound.elements.parts);
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
