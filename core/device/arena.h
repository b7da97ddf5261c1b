// SPDX-License-Identifier: Apache-2.0
// Arena: the one block of device memory that a run lives in. Taken once, never grown.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/result.h"

namespace vitrine {

class Arena {
  public:
    /// Zeroed memory, aligned to 2 MiB where large (huge pages asked for), touched once so that no
    /// step meets a page fault. Errors: "memory" with need and have.
    static Result<Arena> allocate(int64_t bytes);

    Arena() = default;
    ~Arena();
    Arena(Arena&& other) noexcept;
    Arena& operator=(Arena&& other) noexcept;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    std::byte* data() const { return m_data; }
    int64_t sizeBytes() const { return m_size; }
    /// How many arenas this process has allocated so far: the zero-allocation test reads it.
    static int64_t allocations();

  private:
    std::byte* m_data = nullptr;
    int64_t m_size = 0;
};

}  // namespace vitrine
