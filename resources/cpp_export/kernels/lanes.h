// SPDX-License-Identifier: Apache-2.0
// Floats side by side, as many as a register of the machine holds that this is compiled for.
// Filters and channels lie in blocks of 16, which every width divides.
#pragma once

#include <cstddef>
#include <utility>

namespace kernels {

using Size = std::ptrdiff_t;

inline constexpr Size blockWidth = 16;

#if defined(__AVX512F__)
inline constexpr Size width = 16, registers = 32;
#elif defined(__AVX__)
inline constexpr Size width = 8, registers = 16;
#elif defined(__aarch64__)
inline constexpr Size width = 4, registers = 32;
#else
inline constexpr Size width = 4, registers = 16;
#endif

#if defined(__GNUC__)
typedef float Lanes __attribute__((vector_size(4 * width)));
/// Lanes in memory: anywhere, over floats.
typedef float LanesAt __attribute__((vector_size(4 * width), aligned(4), may_alias));

#define KERNELS_INLINE inline __attribute__((always_inline))
#define KERNELS_INLINED __attribute__((always_inline))
#define KERNELS_LOAD(from) (*reinterpret_cast<const kernels::LanesAt*>(from))
#define KERNELS_STORE(to, lanes) (*reinterpret_cast<kernels::LanesAt*>(to) = (lanes))
#define KERNELS_SELECT(condition, a, b) ((condition) ? (a) : (b))
#else
/// A compiler without vector types makes of these loops what it can.
struct Lanes {
    float at[width];
    Lanes& operator+=(const Lanes& b) {
        for (Size i = 0; i < width; ++i) at[i] += b.at[i];
        return *this;
    }
};
inline Lanes operator*(float a, const Lanes& b) {
    Lanes result;
    for (Size i = 0; i < width; ++i) result.at[i] = a * b.at[i];
    return result;
}
inline Lanes operator*(const Lanes& a, const Lanes& b) {
    Lanes result;
    for (Size i = 0; i < width; ++i) result.at[i] = a.at[i] * b.at[i];
    return result;
}

#define KERNELS_INLINE inline
#define KERNELS_INLINED
#define KERNELS_LOAD(from) (*reinterpret_cast<const kernels::Lanes*>(from))
#define KERNELS_STORE(to, lanes) (*reinterpret_cast<kernels::Lanes*>(to) = (lanes))
#endif

// Loops that stay loops: written out, sums no longer fit into the registers (GCC), and what is done
// to results is no longer done side by side (Clang, KERNELS_VECTOR).
#if defined(__clang__)
#define KERNELS_ROLLED _Pragma("clang loop unroll(disable)")
#define KERNELS_VECTOR KERNELS_ROLLED
#elif defined(__GNUC__)
#define KERNELS_ROLLED _Pragma("GCC unroll 1")
#define KERNELS_VECTOR
#else
#define KERNELS_ROLLED
#define KERNELS_VECTOR
#endif

constexpr Size roundedUp(Size count, Size to) { return (count + to - 1) / to * to; }

/// Calls body(std::integral_constant<Size, 0>), … with constants below Count, written out.
template <Size Count, class Body>
KERNELS_INLINE void each(Body body) {
    [&]<Size... I>(std::integer_sequence<Size, I...>) KERNELS_INLINED {
        (body(std::integral_constant<Size, I>{}), ...);
    }
    (std::make_integer_sequence<Size, Count>{});
}

}  // namespace kernels
