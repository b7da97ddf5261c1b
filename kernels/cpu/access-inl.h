// SPDX-License-Identifier: Apache-2.0
// Loads and stores of whole vectors, and of the last few elements of a run through a small buffer:
// nothing outside of the run is read or written. The same arithmetic takes either as a parameter.
#include "hwy/highway.h"

#if defined(VITRINE_KERNELS_CPU_ACCESS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_ACCESS_INL_H
#undef VITRINE_KERNELS_CPU_ACCESS_INL_H
#else
#define VITRINE_KERNELS_CPU_ACCESS_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Whole {
    template <class D>
    HWY_INLINE hn::Vec<D> load(D d, const hn::TFromD<D>* from) const {
        return hn::LoadU(d, from);
    }
    template <class D>
    HWY_INLINE void store(D d, hn::Vec<D> v, hn::TFromD<D>* to) const {
        hn::StoreU(v, d, to);
    }
};

/// The first `count` lanes; the others load as zero.
struct Partial {
    int64_t count;

    template <class D>
    HWY_INLINE hn::Vec<D> load(D d, const hn::TFromD<D>* from) const {
        HWY_ALIGN hn::TFromD<D> buffer[hn::MaxLanes(D())] = {};
        for (int64_t i = 0; i < count; ++i) buffer[i] = from[i];
        return hn::Load(d, buffer);
    }
    template <class D>
    HWY_INLINE void store(D d, hn::Vec<D> v, hn::TFromD<D>* to) const {
        HWY_ALIGN hn::TFromD<D> buffer[hn::MaxLanes(D())];
        hn::Store(v, d, buffer);
        for (int64_t i = 0; i < count; ++i) to[i] = buffer[i];
    }
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#endif
