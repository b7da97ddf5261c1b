// SPDX-License-Identifier: Apache-2.0
// Σ a · b of floats in 16 double sums, element i in sum i mod 16. A product of two floats is exact
// in double, so every instruction set gives the same bits.
#include "hwy/highway.h"
#include "kernels/api/kernel.h"

#if defined(VITRINE_KERNELS_CPU_PRODUCT_SUM_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_PRODUCT_SUM_INL_H
#undef VITRINE_KERNELS_CPU_PRODUCT_SUM_INL_H
#else
#define VITRINE_KERNELS_CPU_PRODUCT_SUM_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

class ProductSum {
  public:
    HWY_INLINE ProductSum() {
        for (auto& sum : m_sums) sum = hn::Zero(Doubles());
    }

    /// 16 elements of each.
    HWY_INLINE void add(const float* a, const float* b) {
        for (int64_t v = 0; v < vectors; ++v)
            m_sums[v] = hn::MulAdd(load(a + v * lanes), load(b + v * lanes), m_sums[v]);
    }

    /// Of 16 elements those whose bits in `mask` are set; the others may be anything.
    HWY_INLINE void addMasked(const float* a, const float* b, const float* mask) {
        for (int64_t v = 0; v < vectors; ++v)
            m_sums[v] = hn::MulAdd(load(a + v * lanes, mask + v * lanes),
                                   load(b + v * lanes, mask + v * lanes), m_sums[v]);
    }

    HWY_INLINE void addRun(const float* a, const float* b, int64_t count) {
        int64_t i = 0;
        for (; i + blockWidth <= count; i += blockWidth) add(a + i, b + i);
        if (i == count) return;
        float lastA[blockWidth] = {}, lastB[blockWidth] = {};
        for (int64_t k = 0; i + k < count; ++k) {
            lastA[k] = a[i + k];
            lastB[k] = b[i + k];
        }
        add(lastA, lastB);
    }

    /// The 16 sums.
    HWY_INLINE void store(double* to) const {
        for (int64_t v = 0; v < vectors; ++v) hn::StoreU(m_sums[v], Doubles(), to + v * lanes);
    }

    HWY_INLINE double total() const {
        double sums[blockWidth], sum = 0;
        store(sums);
        for (const double some : sums) sum += some;
        return sum;
    }

  private:
    using Doubles = hn::CappedTag<double, blockWidth>;
    using Floats = hn::Rebind<float, Doubles>;
    static constexpr int64_t lanes = hn::MaxLanes(Doubles());
    static constexpr int64_t vectors = blockWidth / lanes;

    static HWY_INLINE hn::Vec<Doubles> load(const float* from) {
        return hn::PromoteTo(Doubles(), hn::LoadU(Floats(), from));
    }
    static HWY_INLINE hn::Vec<Doubles> load(const float* from, const float* mask) {
        const Floats d;
        return hn::PromoteTo(Doubles(), hn::And(hn::LoadU(d, from), hn::LoadU(d, mask)));
    }

    hn::Vec<Doubles> m_sums[vectors];
};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif
