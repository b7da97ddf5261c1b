// SPDX-License-Identifier: Apache-2.0
// What a group of four warps does at once on Hopper: y(64, n) += a(64, 8 words) · b(8 words, n),
// where a word is 32 bits of depth, both operands lie in shared memory and y in registers. Layouts
// are those of "Asynchronous Warpgroup Level Matrix Instructions" in NVIDIA's PTX ISA 8.0 and
// later: the sections on the matrix descriptor, on shared memory without swizzling whose operands
// lie along the depth, and on register fragments of wgmma.mma_async.m64nNk16.
//
// A core matrix is 8 rows of 16 bytes, 128 bytes one behind the other. The host does the same from
// the same descriptors, as late as the device may.
#pragma once

#include <cstring>

#include "kernels/cuda/blocks.h"
#include "kernels/cuda/formats.h"

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define VITRINE_WARP_GROUPS 1
#endif

namespace vitrine::kernels::cuda {

/// An operand of rows × words in shared memory: core matrices of one stretch of four words lie
/// behind one another, row by row, then those of the next four words.
template <int rows, int words>
struct GroupOperand {
    static constexpr int coreBytes = 128, coreWords = 32;
    /// From core matrices to those with the next rows, and to those with the next depth.
    static constexpr int nextRows = coreBytes, nextDepth = rows / 8 * coreBytes;
    static constexpr int size = rows * words;

    VITRINE_BOTH static int place(int row, int word) {
        return word / 4 * (nextDepth / 4) + row / 8 * coreWords + row % 8 * 4 + word % 4;
    }
};

/// Bits 0 to 13: where it starts; 16 to 29: to the next core matrix along the depth; 32 to 45:
/// along the rows; all in units of 16 bytes. Bits 62 and 63: 0, no swizzling.
VITRINE_BOTH inline uint64_t groupDescriptor(uint32_t start, uint32_t nextDepth,
                                             uint32_t nextRows) {
    const auto units = [](uint32_t bytes) { return uint64_t{(bytes & 0x3ffff) >> 4}; };
    return units(start) | units(nextDepth) << 16 | units(nextRows) << 32;
}

/// Where element `e` of a thread's belongs: y has 64 rows, a thread four elements of every eight
/// columns.
VITRINE_BOTH inline int groupRow(int thread, int e) {
    return thread / 32 % 4 * 16 + thread % 32 / 4 + e % 4 / 2 * 8;
}
VITRINE_BOTH inline int groupColumn(int thread, int e) {
    return e / 4 * 8 + thread % 4 * 2 + e % 2;
}

#ifdef VITRINE_WARP_GROUPS

__device__ inline uint32_t sharedAddress(const void* shared) {
    return static_cast<uint32_t>(__cvta_generic_to_shared(shared));
}
/// What this thread has written into shared memory is there for the tensor cores; then threads
/// meet.
__device__ inline void showToGroups() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
/// Registers and shared memory are as the instructions to come want them.
__device__ inline void beginGroup() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ inline void commitGroup() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
/// All that was committed but the last `pending` are done.
template <int pending>
__device__ inline void waitForGroups() {
    asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(pending) : "memory");
}

#define VITRINE_SUMS8(s, i)                                                                     \
    "+f"(s[i]), "+f"(s[i + 1]), "+f"(s[i + 2]), "+f"(s[i + 3]), "+f"(s[i + 4]), "+f"(s[i + 5]), \
        "+f"(s[i + 6]), "+f"(s[i + 7])
#define VITRINE_SUMS32(s, i) \
    VITRINE_SUMS8(s, i), VITRINE_SUMS8(s, i + 8), VITRINE_SUMS8(s, i + 16), VITRINE_SUMS8(s, i + 24)
#define VITRINE_NAMES32                                                                      \
    "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,%16,%17,%18,%19,%20,%21,%22,%23," \
    "%24,%25,%26,%27,%28,%29,%30,%31"
#define VITRINE_NAMES64                                                                     \
    VITRINE_NAMES32                                                                         \
    ",%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,%48,%49,%50,%51,%52," \
    "%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63"
/// `types`: of y, a and b; `turned`: for 16-bit operands, that both lie along the depth.
#define VITRINE_GROUP_MULTIPLY(depth, types, turned)                                         \
    __device__ static void multiplyGroup(float(&y)[32], uint64_t a, uint64_t b) {            \
        asm volatile("wgmma.mma_async.sync.aligned.m64n64" depth types " {" VITRINE_NAMES32  \
                     "}, %32, %33, 1, 1, 1" turned ";"                                       \
                     : VITRINE_SUMS32(y, 0)                                                  \
                     : "l"(a), "l"(b));                                                      \
    }                                                                                        \
    __device__ static void multiplyGroup(float(&y)[64], uint64_t a, uint64_t b) {            \
        asm volatile("wgmma.mma_async.sync.aligned.m64n128" depth types " {" VITRINE_NAMES64 \
                     "}, %64, %65, 1, 1, 1" turned ";"                                       \
                     : VITRINE_SUMS32(y, 0), VITRINE_SUMS32(y, 32)                           \
                     : "l"(a), "l"(b));                                                      \
    }

#else

/// The sum of products of eight words of depth at one element of y, both operands by their
/// descriptors as places in `shared`.
template <class Format>
float groupSum(const void* shared, uint64_t a, uint64_t b, int row, int column) {
    const auto bytes = [](uint64_t descriptor, int shift) {
        return static_cast<int64_t>(descriptor >> shift & 0x3fff) * 16;
    };
    const auto wordOf = [&](uint64_t descriptor, int index, int word) {
        const int64_t at = bytes(descriptor, 0) + word / 4 * bytes(descriptor, 16) +
                           index / 8 * bytes(descriptor, 32) + index % 8 * 16 + word % 4 * 4;
        uint32_t found = 0;
        std::memcpy(&found, static_cast<const std::byte*>(shared) + at, sizeof found);
        return found;
    };
    float sum = 0;
    for (int word = 0; word < 8; ++word) {
        const uint32_t left = wordOf(a, row, word), right = wordOf(b, column, word);
        for (int h = 0; h < Format::perWord; ++h)
            sum += Format::number(left, h) * Format::number(right, h);
    }
    return sum;
}

#endif

#ifdef VITRINE_WARP_GROUPS
template <class Format>
struct GroupInstructions;
template <>
struct GroupInstructions<Bf16Words> {
    VITRINE_GROUP_MULTIPLY("k16", ".f32.bf16.bf16", ", 0, 0")
};
template <>
struct GroupInstructions<F16Words> {
    VITRINE_GROUP_MULTIPLY("k16", ".f32.f16.f16", ", 0, 0")
};
template <>
struct GroupInstructions<Tf32Words> {
    VITRINE_GROUP_MULTIPLY("k8", ".f32.tf32.tf32", "")
};
#undef VITRINE_SUMS8
#undef VITRINE_SUMS32
#undef VITRINE_NAMES32
#undef VITRINE_NAMES64
#undef VITRINE_GROUP_MULTIPLY
#endif

}  // namespace vitrine::kernels::cuda
