// SPDX-License-Identifier: Apache-2.0
// Arena memory on the CPU: anonymous pages, huge where the kernel grants them.
#include "core/device/arena.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "core/base/memory.h"

namespace vitrine {

namespace {

std::atomic<int64_t> arenaAllocations{0};
constexpr int64_t hugePage = int64_t{2} << 20;

constexpr int64_t touchedAtOnce = int64_t{32} << 20;

/// What the rest of the machine keeps of the memory that is free: copies of the states, the window,
/// other programs. A machine that is filled to the brim stands still.
int64_t leftFree(int64_t available) { return std::min(available / 16, int64_t{1} << 30); }

Error noMemory(int64_t bytes) {
    const int64_t available = availableMemory();
    Error error;
    error.code = "H02";
    constexpr const char* words =
        "the memory plan needs {:.1f} MB; {:.1f} MB are free, of which {:.1f} MB stay free";
    error.message =
        fmt::format(words, static_cast<double>(bytes) / 1e6, static_cast<double>(available) / 1e6,
                    static_cast<double>(leftFree(available)) / 1e6);
    error.kept = "Nothing was changed.";
    error.next = "Choose a smaller batch.";
    return error;
}

}  // namespace

Result<Arena> Arena::allocate(int64_t bytes, const std::stop_token& stop) {
    const int64_t rounded = (std::max<int64_t>(bytes, 1) + hugePage - 1) / hugePage * hugePage;
    const int64_t available = availableMemory();
    if (rounded > available - leftFree(available)) return noMemory(bytes);
    void* memory = mmap(nullptr, static_cast<size_t>(rounded), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return noMemory(bytes);
    madvise(memory, static_cast<size_t>(rounded), MADV_HUGEPAGE);
    arenaAllocations.fetch_add(1);
    Arena arena;
    arena.m_data = static_cast<std::byte*>(memory);
    arena.m_size = rounded;
    for (int64_t at = 0; at < rounded; at += touchedAtOnce) {
        if (stop.stop_requested()) return stoppedError();
        std::memset(arena.m_data + at, 0,
                    static_cast<size_t>(std::min(touchedAtOnce, rounded - at)));
    }
    return arena;
}

Arena::~Arena() {
    if (m_data) munmap(m_data, static_cast<size_t>(m_size));
}

Arena::Arena(Arena&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

int64_t Arena::allocations() { return arenaAllocations.load(); }

}  // namespace vitrine
