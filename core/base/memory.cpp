// SPDX-License-Identifier: Apache-2.0
// Asks the system before taking much memory.
#include "core/base/memory.h"

#include <fstream>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>

namespace vitrine {

int64_t availableMemory() {
    std::ifstream info("/proc/meminfo");
    std::string key;
    for (int64_t value = 0; info >> key >> value; info.ignore(64, '\n'))
        if (key == "MemAvailable:") return value * 1024;
    return std::numeric_limits<int64_t>::max();
}

std::optional<std::vector<std::byte>> tryAllocate(int64_t size) {
    constexpr int64_t worthAsking = int64_t{1} << 26;
    if (size > worthAsking && size > availableMemory()) return std::nullopt;
    try {
        return std::vector<std::byte>(static_cast<size_t>(size));
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    } catch (const std::length_error&) {
        return std::nullopt;
    }
}

}  // namespace vitrine
