// SPDX-License-Identifier: Apache-2.0
// How many rows have their first largest logit at the label, in Highway, vectors over 16 rows. A
// row that is no answer is none that is correct.
#include "kernels/cpu/choice.h"
#include "kernels/cpu/loss.h"
#include "kernels/cpu/row_groups.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/count_correct.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int32_t noAnswer = -2;  // equal to no label, not even to that of a row that is not there

/// first[lane] = the first j with the largest x[j][lane]; noAnswer where the lane holds NaN or its
/// largest is not finite.
void findFirstLargest(const float* x, int64_t c, int32_t* first) {
    const hn::CappedTag<float, blockWidth> d;
    const hn::RebindToSigned<decltype(d)> di;
    for (int64_t lane = 0; lane < blockWidth; lane += static_cast<int64_t>(hn::Lanes(d))) {
        auto largest = hn::LoadU(d, x + lane);
        auto isNaN = hn::IsNaN(largest);
        auto place = hn::Zero(di);
        for (int64_t j = 1; j < c; ++j) {
            const auto candidate = hn::LoadU(d, x + j * blockWidth + lane);
            const auto larger = hn::Gt(candidate, largest);
            isNaN = hn::Or(isNaN, hn::IsNaN(candidate));
            largest = hn::IfThenElse(larger, candidate, largest);
            place = hn::IfThenElse(hn::RebindMask(di, larger), hn::Set(di, static_cast<int32_t>(j)),
                                   place);
        }
        const auto isAnswer = hn::AndNot(isNaN, hn::IsFinite(largest));
        place = hn::IfThenElse(hn::RebindMask(di, isAnswer), place, hn::Set(di, noAnswer));
        hn::StoreU(place, di, first + lane);
    }
}

void runCountCorrect(const void* problem, void* const* operands, void* workspace, int phase,
                     int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    const int64_t parts = bound.groups.parts;
    auto* partials = static_cast<double*>(workspace);
    if (phase == 0) {
        float* scratch = bound.scratch(static_cast<char*>(workspace) + partialBytes(parts), part);
        HWY_ALIGN int32_t first[blockWidth];
        int64_t correct = 0;
        for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
            findFirstLargest(bound.read(static_cast<const float*>(operands[0]), group, scratch),
                             bound.problem.c, first);
            const auto some = bound.labels(static_cast<const int32_t*>(operands[1]), group);
            for (int64_t lane = 0; lane < blockWidth; ++lane)
                correct += first[lane] == some[static_cast<size_t>(lane)];
        }
        partials[part] = static_cast<double>(correct);
    }
    if (finishes(parts, phase))
        *static_cast<float*>(operands[2]) = static_cast<float>(sumInOrder(partials, parts));
}

Choice chooseCountCorrect() { return {runCountCorrect, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseCountCorrect);

Kernel bindCountCorrect(const RowProblem& problem) {
    const RowGroups bound(problem);
    Kernel kernel = bindVector("count_correct", problem.layout, bound,
                               HWY_DYNAMIC_DISPATCH(chooseCountCorrect)(), bound.groups.parts);
    setOrderedSum(kernel, bound.groups.parts);
    kernel.workspaceBytes += bound.scratchBytes();
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
