// SPDX-License-Identifier: Apache-2.0
// The steps of a Finish on vectors.
#if defined(VITRINE_KERNELS_CPU_FINISH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_FINISH_INL_H_
#undef VITRINE_KERNELS_CPU_FINISH_INL_H_
#else
#define VITRINE_KERNELS_CPU_FINISH_INL_H_
#endif

#include "kernels/api/finish.h"
#include "kernels/cpu/activations-inl.h"
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// (x − center) · scale + shift.
struct Affine {
    FloatVector center, scale, shift;

    HWY_INLINE FloatVector operator()(FloatVector x) const {
        return hn::MulAdd(hn::Sub(x, center), scale, shift);
    }
};

/// What an activation needs beside its argument: made once for many.
struct Bounds {
    FloatVector low, high;

    HWY_INLINE explicit Bounds(const Finish& finish)
        : low(broadcast(finish.low)), high(broadcast(finish.high)) {}
};

/// Calls visit(f) with the function of an activation, if there is one.
template <class Visit>
HWY_INLINE void withActivation(const Finish& finish, Visit visit) {
    switch (finish.activation) {
        case Finish::Activation::None:
            return;
        case Finish::Activation::Relu:
            return visit([](FloatVector x) HWY_ATTR { return relu(x); });
        case Finish::Activation::Clamp: {
            const Bounds bounds(finish);
            return visit([&](FloatVector x)
                             HWY_ATTR { return clampTo(Floats(), x, bounds.low, bounds.high); });
        }
        case Finish::Activation::HardSwish:
            return visit([](FloatVector x) HWY_ATTR { return hardSwish(Floats(), x); });
    }
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
