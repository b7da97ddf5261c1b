// SPDX-License-Identifier: Apache-2.0
// Memory of the host: an arena.
#pragma once

#include <memory>

#include "core/device/arena.h"
#include "core/device/memory.h"

namespace vitrine {

class HostMemory final : public Memory {
  public:
    explicit HostMemory(Arena arena);
    /// Zeros, as Arena::allocate() gives them. Errors: "H02" with need and have, `stopped`.
    static Result<std::unique_ptr<HostMemory>> allocate(int64_t bytes,
                                                        const std::stop_token& stop = {});

    Result<void> write(int64_t at, std::span<const std::byte> bytes) override;
    Result<void> read(int64_t at, std::span<std::byte> bytes) const override;
    Result<void> copy(int64_t from, int64_t to, int64_t bytes) override;
    Result<void> fill(int64_t at, int64_t bytes, std::byte value = std::byte{0}) override;
    std::byte* host() override { return m_arena.data(); }
    const std::byte* host() const override { return m_arena.data(); }

  private:
    Arena m_arena;
};

}  // namespace vitrine
