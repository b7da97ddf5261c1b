// SPDX-License-Identifier: Apache-2.0
// Damage to bytes, the same on every machine: bits, runs, cuts, copies, and numbers at borders.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/rng.h"

namespace vitrine::test {

/// How many inputs a parser is tried on: a slice, or 10^6 in the long tests.
inline int executions() { return std::getenv("VITRINE_LONG") ? 1'000'000 : 20'000; }

class Mutator {
  public:
    explicit Mutator(std::vector<std::string> seeds)
        : m_seeds(std::move(seeds)), m_rng(20261129, RngStream::Test) {}

    /// One of the seeds with one to six pieces of damage.
    std::string next() {
        std::string bytes = m_seeds[pick(m_seeds.size())];
        for (size_t i = 1 + pick(6); i > 0; --i) damage(bytes);
        return bytes;
    }

  private:
    size_t pick(size_t bound) { return bound == 0 ? 0 : m_rng.below(static_cast<uint32_t>(bound)); }

    void damage(std::string& bytes) {
        const size_t at = pick(pick(2) ? std::min<size_t>(bytes.size(), 64) : bytes.size());
        const size_t length = std::min(bytes.size() - std::min(at, bytes.size()), 1 + pick(16));
        switch (pick(8)) {
            case 0:
                if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << pick(8)));
                break;
            case 1:
                if (at < bytes.size()) bytes[at] = static_cast<char>(m_rng.next());
                break;
            case 2:
                bytes.resize(at);
                break;
            case 3:
                bytes.erase(at, length);
                break;
            case 4:
                bytes.insert(at, bytes.substr(at, length));
                break;
            case 5:
                bytes.insert(at, 1, static_cast<char>(m_rng.next()));
                break;
            case 6:
                putNumber(bytes, at);
                break;
            case 7:
                splice(bytes, at);
                break;
        }
    }

    /// A number at a border of its type, in 1 to 8 bytes.
    void putNumber(std::string& bytes, size_t at) {
        constexpr std::array<uint64_t, 8> borders{0,          1,          0x7F,       0xFFFF,
                                                  0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, ~uint64_t{0}};
        const uint64_t number = borders[pick(borders.size())];
        const size_t width = size_t{1} << pick(4);
        for (size_t i = 0; i < width && at + i < bytes.size(); ++i)
            bytes[at + i] = static_cast<char>(number >> (8 * i));
    }

    /// A piece of another seed over what stands there.
    void splice(std::string& bytes, size_t at) {
        const std::string& other = m_seeds[pick(m_seeds.size())];
        const std::string piece = other.substr(pick(other.size()), 1 + pick(24));
        bytes.replace(std::min(at, bytes.size()), piece.size(), piece);
    }

    const std::vector<std::string> m_seeds;
    Rng m_rng;
};

}  // namespace vitrine::test
