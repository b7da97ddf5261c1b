// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al., SC 2011) for kernels that draw random numbers.
#pragma once

#include <array>
#include <cstdint>

namespace vitrine::kernels::reference {

inline constexpr uint32_t philoxMultiplier0 = 0xD2511F53u, philoxMultiplier1 = 0xCD9E8D57u;
inline constexpr uint32_t philoxWeyl0 = 0x9E3779B9u, philoxWeyl1 = 0xBB67AE85u;
inline constexpr int philoxRounds = 10;

/// 128 random bits from a counter under a key.
constexpr std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
    for (int round = 0; round < philoxRounds; ++round) {
        const uint64_t p0 = uint64_t{philoxMultiplier0} * c[0];
        const uint64_t p1 = uint64_t{philoxMultiplier1} * c[2];
        c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(p1),
             static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<uint32_t>(p0)};
        k[0] += philoxWeyl0;
        k[1] += philoxWeyl1;
    }
    return c;
}

}  // namespace vitrine::kernels::reference
