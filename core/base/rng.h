// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011). A number is a function of
// seed, stream, step and element, so layout, threads, recomputation and resuming cannot change it.
#pragma once

#include <array>
#include <cstdint>

namespace vitrine {

/// Ten rounds of Philox on `counter` under `key`: 128 random bits.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// Streams keep different uses of one seed apart.
enum class RngStream : uint32_t {
    Initialise = 1,
    Shuffle = 2,
    Dropout = 3,
    Synthetic = 4,
    Augment = 5,
    Test = 6
};

/// A sequence of numbers from one (seed, stream, substream). Any thread; a plain value.
class Rng {
  public:
    Rng(uint64_t seed, RngStream stream, uint64_t substream = 0);
    uint32_t next();
    /// Uniform in [0, 1), 24 bits.
    float uniform();
    double uniform(double low, double high);
    /// Standard normal (Box-Muller).
    double normal();
    /// Uniform in [0, bound), without modulo bias (Lemire).
    uint32_t below(uint32_t bound);

  private:
    std::array<uint32_t, 2> m_key;
    std::array<uint32_t, 4> m_counter;
    std::array<uint32_t, 4> m_block{};
    int m_used = 4;
};

}  // namespace vitrine
