// SPDX-License-Identifier: Apache-2.0
// Maxima of windows with their places, element by element in scan order.
#if defined(VITRINE_KERNELS_CPU_BEST_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_BEST_INL_H_
#undef VITRINE_KERNELS_CPU_BEST_INL_H_
#else
#define VITRINE_KERNELS_CPU_BEST_INL_H_
#endif

#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

HWY_INLINE IntVector position(int64_t value) {
    return hn::Set(Ints(), static_cast<int32_t>(value));
}

/// Places of a pixel's windows, which lie as int32 or as bytes.
HWY_INLINE IntVector loadPlaces(const int32_t* from) { return hn::LoadU(Ints(), from); }
HWY_INLINE IntVector loadPlaces(const uint8_t* from) {
    return hn::PromoteTo(Ints(), hn::LoadU(hn::Rebind<uint8_t, Ints>(), from));
}
HWY_INLINE void storePlaces(IntVector places, int32_t* to) { hn::StoreU(places, Ints(), to); }
HWY_INLINE void storePlaces(IntVector places, uint8_t* to) {
    const hn::Rebind<uint8_t, Ints> bytes;
    hn::StoreU(hn::DemoteTo(bytes, places), bytes, to);
}

struct Best {
    FloatVector value;
    IntVector position;
};

/// A later element wins where it is larger, or the first NaN.
HWY_INLINE void challenge(Best& best, FloatVector value, IntVector at) {
    const auto notBelow = hn::Not(hn::Le(value, best.value));
    const auto wins = hn::And(notBelow, hn::Eq(best.value, best.value));
    best.value = hn::IfThenElse(wins, value, best.value);
    const auto winsInts = hn::RebindMask(Ints(), wins);
    best.position = hn::IfThenElse(winsInts, at, best.position);
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
