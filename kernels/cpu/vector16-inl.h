// SPDX-License-Identifier: Apache-2.0
// The 16 floats of a pixel as whole vectors of the instruction set being compiled.
#if defined(VITRINE_KERNELS_CPU_VECTOR16_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_KERNELS_CPU_VECTOR16_INL_H_
#undef VITRINE_KERNELS_CPU_VECTOR16_INL_H_
#else
#define VITRINE_KERNELS_CPU_VECTOR16_INL_H_
#endif

#include "kernels/api/kernel.h"

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, blockWidth>;
using Ints = hn::RebindToSigned<Floats>;
using FloatVector = hn::Vec<Floats>;
using IntVector = hn::Vec<Ints>;

/// Floats of a vector; a pixel is 16 / lanesOfVector of them.
constexpr int64_t lanesOfVector = hn::MaxLanes(Floats());
constexpr int64_t vectorsOfPixel = blockWidth / lanesOfVector;

HWY_INLINE FloatVector load(const float* from) { return hn::Load(Floats(), from); }
HWY_INLINE void store(FloatVector value, float* to) { hn::Store(value, Floats(), to); }
HWY_INLINE FloatVector broadcast(float value) { return hn::Set(Floats(), value); }

/// Keeps a value that is used several times in a register: GCC would rather load it anew for every
/// use, and loads are what limits loops of products.
HWY_INLINE void keepInRegister([[maybe_unused]] FloatVector& value) {
#if HWY_ARCH_X86 && (HWY_COMPILER_GCC || HWY_COMPILER_CLANG)
    asm("" : "+v"(value.raw));
#endif
}

/// max(value, 0); NaN stays NaN.
HWY_INLINE FloatVector relu(FloatVector value) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
    // x86 gives the second where one is NaN, or both are zeros.
    return hn::Max(hn::Zero(Floats()), value);
#else
    return hn::IfThenZeroElse(hn::Lt(value, hn::Zero(Floats())), value);
#endif
}

/// value where gate > 0, else 0.
HWY_INLINE FloatVector reluGate(FloatVector value, FloatVector gate) {
    return hn::IfThenElseZero(hn::Gt(gate, hn::Zero(Floats())), value);
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
