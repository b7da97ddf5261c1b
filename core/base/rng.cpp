// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 and the distributions drawn from it.
#include "core/base/rng.h"

#include <cmath>
#include <numbers>

namespace vitrine {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = uint64_t{0xD2511F53u} * c[0];
        const uint64_t p1 = uint64_t{0xCD9E8D57u} * c[2];
        c = {static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(p1),
             static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<uint32_t>(p0)};
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
    return c;
}

Rng::Rng(uint64_t seed, RngStream stream, uint64_t substream)
    : m_key{static_cast<uint32_t>(seed),
            static_cast<uint32_t>(seed >> 32) ^ (static_cast<uint32_t>(stream) * 0x9E3779B9u)},
      m_counter{0, static_cast<uint32_t>(stream), static_cast<uint32_t>(substream),
                static_cast<uint32_t>(substream >> 32)} {}

uint32_t Rng::next() {
    if (m_used == 4) {
        m_block = philox(m_counter, m_key);
        ++m_counter[0];
        m_used = 0;
    }
    return m_block[static_cast<size_t>(m_used++)];
}

float Rng::uniform() { return static_cast<float>(next() >> 8) * 0x1.0p-24f; }

double Rng::uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(next()) * 0x1.0p-32);
}

double Rng::normal() {
    const double u = (static_cast<double>(next()) + 0.5) * 0x1.0p-32;
    const double v = static_cast<double>(next()) * 0x1.0p-32;
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

uint32_t Rng::below(uint32_t bound) {
    uint64_t product = uint64_t{next()} * bound;
    if (static_cast<uint32_t>(product) < bound) {
        const uint32_t threshold = (0u - bound) % bound;
        while (static_cast<uint32_t>(product) < threshold) product = uint64_t{next()} * bound;
    }
    return static_cast<uint32_t>(product >> 32);
}

}  // namespace vitrine
