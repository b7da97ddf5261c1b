// SPDX-License-Identifier: Apache-2.0
// Arena memory on the CPU: anonymous pages, huge where the kernel grants them.
#include "core/device/arena.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <utility>

#include "core/base/memory.h"

namespace vitrine {

namespace {

std::atomic<int64_t> arenaAllocations{0};
constexpr int64_t hugePage = int64_t{2} << 20;

Error noMemory(int64_t bytes) {
    Error error;
    error.code = "H02";
    error.message =
        fmt::format("the memory plan needs {:.1f} MB, {:.1f} MB are free",
                    static_cast<double>(bytes) / 1e6, static_cast<double>(availableMemory()) / 1e6);
    error.kept = "Nothing was changed.";
    error.next = "Choose a smaller batch.";
    return error;
}

}  // namespace

Result<Arena> Arena::allocate(int64_t bytes) {
    const int64_t rounded = (std::max<int64_t>(bytes, 1) + hugePage - 1) / hugePage * hugePage;
    if (rounded > availableMemory()) return noMemory(bytes);
    void* memory = mmap(nullptr, static_cast<size_t>(rounded), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return noMemory(bytes);
    madvise(memory, static_cast<size_t>(rounded), MADV_HUGEPAGE);
    std::memset(memory, 0, static_cast<size_t>(rounded));
    arenaAllocations.fetch_add(1);
    Arena arena;
    arena.m_data = static_cast<std::byte*>(memory);
    arena.m_size = rounded;
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
