// SPDX-License-Identifier: Apache-2.0
// Arena: the one block of device memory that a run lives in. Taken once, never grown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>

#include "core/base/result.h"

namespace vitrine {

class Arena {
  public:
    /// Zeroed memory, aligned to 2 MiB where large (huge pages asked for), touched once so that no
    /// step meets a page fault; that takes half a second a gigabyte, and looks at `stop` on the
    /// way. Some memory is left to the rest of the machine. Errors: "H02" with need and have,
    /// `stopped`.
    static Result<Arena> allocate(int64_t bytes, const std::stop_token& stop = {});

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
