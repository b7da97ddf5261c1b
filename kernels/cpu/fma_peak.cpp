// SPDX-License-Identifier: Apache-2.0
// A burst of independent multiply-adds in registers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/fma_peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/api/fma_peak.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::fma_peak::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

int64_t burst(int64_t rounds) {
    constexpr hn::ScalableTag<float> d;
    /// More than latency × units of any core, less than the registers of AVX2.
    constexpr int sums = 12;
    // Sums approach 2: neither overflow nor denormal numbers slow the loop down.
    const auto half = hn::Set(d, 0.5f), one = hn::Set(d, 1.0f);
    hn::VFromD<decltype(d)> sum[sums];
    for (auto& s : sum) s = one;
    for (int64_t i = 0; i < rounds; ++i)
#pragma GCC unroll 12
        for (int j = 0; j < sums; ++j) sum[j] = hn::MulAdd(sum[j], half, one);
    auto total = sum[0];
    for (int j = 1; j < sums; ++j) total = hn::Add(total, sum[j]);
    // Always positive, which the compiler does not know: so it must compute it.
    const int64_t flops = rounds * sums * 2 * static_cast<int64_t>(hn::Lanes(d));
    return hn::GetLane(total) > 0 ? flops : 0;
}

}  // namespace vitrine::kernels::fma_peak::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels {
namespace fma_peak {
HWY_EXPORT(burst);
}
int64_t fmaBurst(int64_t rounds) { return HWY_DYNAMIC_DISPATCH(fma_peak::burst)(rounds); }
}  // namespace vitrine::kernels
#endif
