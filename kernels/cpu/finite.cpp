// SPDX-License-Identifier: Apache-2.0
// Search for numbers that are not finite in Highway. Without its sign a float32 is finite where its
// bits, as an integer, are below those of infinity: so the largest of them tells, and no number,
// denormal or not, costs more than another.
#include <algorithm>
#include <bit>
#include <limits>

#include "kernels/cpu/finite.h"
#include "kernels/cpu/tensor_list.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/finite.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, blockWidth>;
using Bits = hn::RebindToSigned<Floats>;
constexpr int64_t lanes = hn::MaxLanes(Floats());
constexpr int32_t magnitude = 0x7FFFFFFF, largestFinite = 0x7F7FFFFF;

HWY_INLINE void take(hn::Vec<Bits>& largest, const float* from) {
    const auto bits = hn::BitCast(Bits(), hn::LoadU(Floats(), from));
    largest = hn::Max(largest, hn::And(bits, hn::Set(Bits(), magnitude)));
}

bool allFinite(const float* x, int64_t count) {
    auto a = hn::Zero(Bits()), b = a, c = a, d = a;
    int64_t i = 0;
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
        take(a, x + i);
        take(b, x + i + lanes);
        take(c, x + i + 2 * lanes);
        take(d, x + i + 3 * lanes);
    }
    for (; i + lanes <= count; i += lanes) take(a, x + i);
    int32_t last = 0;
    for (; i < count; ++i) last = std::max(last, std::bit_cast<int32_t>(x[i]) & magnitude);
    const auto largest = hn::Max(hn::Max(a, b), hn::Max(c, d));
    return last <= largestFinite &&
           hn::AllFalse(Bits(), hn::Gt(largest, hn::Set(Bits(), largestFinite)));
}

constexpr int32_t none = std::numeric_limits<int32_t>::max();

int32_t firstOfPart(const TensorList& list, void* const* tensors, int64_t part) {
    RunsOfPart runs(list, part);
    for (TensorRun run; runs.next(run);)
        if (!allFinite(static_cast<const float*>(tensors[run.tensor]) + run.from, run.count))
            return static_cast<int32_t>(run.tensor);
    return none;
}

void runFirstNonFinite(const void* problem, void* const* operands, Workspace workspace, int phase,
                       int64_t part) {
    runOverParts<int32_t>(problem, operands, workspace, phase, part, firstOfPart,
                          [](std::span<const int32_t> firsts) {
                              const int32_t first = *std::ranges::min_element(firsts);
                              return first == none ? -1 : first;
                          });
}

Choice chooseFirstNonFinite() { return {runFirstNonFinite, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseFirstNonFinite);

Kernel bindFirstNonFinite(const FirstNonFiniteProblem& problem) {
    return bindOverParts("first_non_finite", problem.counts,
                         HWY_DYNAMIC_DISPATCH(chooseFirstNonFinite)());
}

}  // namespace vitrine::kernels::cpu
#endif
