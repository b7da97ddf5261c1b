// SPDX-License-Identifier: Apache-2.0
// Bytes of the host, moved at once.
#include "core/device/host_memory.h"

#include <cstring>

namespace vitrine {

HostMemory::HostMemory(Arena arena) : Memory(arena.sizeBytes()), m_arena(std::move(arena)) {}

Result<std::unique_ptr<HostMemory>> HostMemory::allocate(int64_t bytes,
                                                         const std::stop_token& stop) {
    Result<Arena> arena = Arena::allocate(bytes, stop);
    if (!arena.ok()) return arena.error();
    return std::make_unique<HostMemory>(std::move(arena).value());
}

Result<void> HostMemory::write(int64_t at, std::span<const std::byte> bytes) {
    checkInside(at, static_cast<int64_t>(bytes.size()));
    if (!bytes.empty()) std::memcpy(m_arena.data() + at, bytes.data(), bytes.size());
    return {};
}

Result<void> HostMemory::read(int64_t at, std::span<std::byte> bytes) const {
    checkInside(at, static_cast<int64_t>(bytes.size()));
    if (!bytes.empty()) std::memcpy(bytes.data(), m_arena.data() + at, bytes.size());
    return {};
}

Result<void> HostMemory::copy(int64_t from, int64_t to, int64_t bytes) {
    checkApart(from, to, bytes);
    if (bytes > 0)
        std::memcpy(m_arena.data() + to, m_arena.data() + from, static_cast<size_t>(bytes));
    return {};
}

Result<void> HostMemory::fill(int64_t at, int64_t bytes, std::byte value) {
    checkInside(at, bytes);
    if (bytes > 0)
        std::memset(m_arena.data() + at, std::to_integer<int>(value), static_cast<size_t>(bytes));
    return {};
}

}  // namespace vitrine
