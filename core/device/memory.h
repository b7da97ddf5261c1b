// SPDX-License-Identifier: Apache-2.0
// Memory: the bytes that a run lives in, wherever they are. Nothing else touches them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/check.h"
#include "core/base/result.h"

namespace vitrine {

/// Bytes of a memory for the host to look at: where they lie, or on a device a copy. Until they are
/// written to.
class HostView {
  public:
    HostView(HostView&&) = default;
    HostView& operator=(HostView&&) = default;

    const std::byte* data() const { return m_bytes.data(); }
    std::span<const std::byte> bytes() const { return m_bytes; }

  private:
    friend class Memory;
    explicit HostView(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    explicit HostView(std::vector<std::byte> copy) : m_copy(std::move(copy)), m_bytes(m_copy) {}

    std::vector<std::byte> m_copy;
    std::span<const std::byte> m_bytes;
};

/// Places are bytes from the start; what reaches past the end is a mistake of the caller's, and a
/// check stops it. On a device, calls come in their order with the kernels that run there, and
/// trouble may be told by a later call.
/// Threads: one at a time.
class Memory {
  public:
    virtual ~Memory() = default;
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    int64_t sizeBytes() const { return m_size; }

    /// `bytes` may be changed as soon as it returns.
    virtual Result<void> write(int64_t at, std::span<const std::byte> bytes) = 0;
    /// Waits for what was asked for before.
    virtual Result<void> read(int64_t at, std::span<std::byte> bytes) const = 0;
    /// The two places do not overlap.
    virtual Result<void> copy(int64_t from, int64_t to, int64_t bytes) = 0;
    virtual Result<void> fill(int64_t at, int64_t bytes, std::byte value = std::byte{0}) = 0;

    /// Bytes to look at. Allocates nothing, and costs nothing, where they are the host's; waits on
    /// a device as read() does.
    Result<HostView> view(int64_t at, int64_t bytes) const;

    /// Where the bytes lie, for kernels that run on the host; null on a device. For core/exec: all
    /// others go by places.
    virtual std::byte* host() { return nullptr; }
    virtual const std::byte* host() const { return nullptr; }

  protected:
    explicit Memory(int64_t sizeBytes) : m_size(sizeBytes) {}

    void checkInside(int64_t at, int64_t bytes) const {
        VITRINE_CHECK(at >= 0 && bytes >= 0 && at <= m_size - bytes,
                      "the bytes that are asked for are in the memory");
    }
    void checkApart(int64_t from, int64_t to, int64_t bytes) const {
        checkInside(from, bytes);
        checkInside(to, bytes);
        VITRINE_CHECK(from + bytes <= to || to + bytes <= from,
                      "what is copied does not overlap with where it goes");
    }

  private:
    int64_t m_size = 0;
};

/// From one memory into another.
Result<void> copyBetween(const Memory& from, int64_t at, Memory& to, int64_t place, int64_t bytes);

}  // namespace vitrine
