// SPDX-License-Identifier: Apache-2.0
// What tensor cores take: numbers of fewer digits, side by side along the depth of a product in
// words of 32 bits. Their products are exact in f32.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/api/both.h"
#include "kernels/api/half.h"

namespace vitrine::kernels::cuda {

/// multiply, of a warp: c(16, 8) += a(16, words) · b(words, 8), eight words deep. PTX's description
/// of mma says which lane holds what of a, b and c; tensor_tiles.h deals them out so.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#define VITRINE_TENSOR_CORES 1
#define VITRINE_MMA(shapeAndTypes)                                         \
    asm("mma.sync.aligned." shapeAndTypes                                  \
        " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};" \
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])                   \
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]))
#else
#define VITRINE_MMA(shapeAndTypes) static_cast<void>(c), static_cast<void>(a), static_cast<void>(b)
#endif
#ifdef __CUDACC__
#define VITRINE_MULTIPLY(shapeAndTypes)                                                           \
    static __device__ void multiply(float(&c)[4], const uint32_t(&a)[4], const uint32_t(&b)[2]) { \
        VITRINE_MMA(shapeAndTypes);                                                               \
    }
#else
#define VITRINE_MULTIPLY(shapeAndTypes)
#endif

/// 8 digits, with the range of f32.
struct Bf16Words {
    static constexpr const char* name = "bf16";
    static constexpr int perWord = 2;
    VITRINE_BOTH static uint32_t pack(const float (&numbers)[perWord]) {
        return floatToBrain(numbers[0]) | uint32_t{floatToBrain(numbers[1])} << 16;
    }
    VITRINE_BOTH static float number(uint32_t word, int which) {
        return brainToFloat(static_cast<uint16_t>(word >> (16 * which)));
    }
    VITRINE_MULTIPLY("m16n8k16.row.col.f32.bf16.bf16.f32")
};

/// 11 digits, up to 65504.
struct F16Words {
    static constexpr const char* name = "fp16";
    static constexpr int perWord = 2;
    VITRINE_BOTH static uint32_t pack(const float (&numbers)[perWord]) {
        return floatToHalf(numbers[0]) | uint32_t{floatToHalf(numbers[1])} << 16;
    }
    VITRINE_BOTH static float number(uint32_t word, int which) {
        return halfToFloat(static_cast<uint16_t>(word >> (16 * which)));
    }
    VITRINE_MULTIPLY("m16n8k16.row.col.f32.f16.f16.f32")
};

/// 11 digits, with the range of f32: f32 without its last 13 bits, rounded to nearest, ties away
/// from zero.
struct Tf32Words {
    static constexpr const char* name = "tf32";
    static constexpr int perWord = 1;
    VITRINE_BOTH static uint32_t pack(const float (&numbers)[perWord]) {
        const auto bits = std::bit_cast<uint32_t>(numbers[0]);
        if ((bits & 0x7fffffff) > 0x7f800000) return bits | 0x400000;  // NaN stays NaN
        return (bits + 0x1000) & 0xffffe000;
    }
    VITRINE_BOTH static float number(uint32_t word, int) { return std::bit_cast<float>(word); }
    VITRINE_MULTIPLY("m16n8k8.row.col.f32.tf32.tf32.f32")
};

#undef VITRINE_MULTIPLY
#undef VITRINE_MMA

}  // namespace vitrine::kernels::cuda
