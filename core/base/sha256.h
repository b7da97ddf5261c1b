// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), piece by piece.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace vitrine {

class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(std::span<const std::byte> bytes);
    /// 64 lower-case hexadecimal digits. Once; nothing can be added afterwards.
    std::string hex();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

std::string sha256Hex(std::span<const std::byte> bytes);

}  // namespace vitrine
