// SPDX-License-Identifier: Apache-2.0
// Reads the trained numbers, once.
#include <bit>
#include <cstdio>

#include "network.h"

namespace @name@ {

bool Weights::read(const char* path) {
    static_assert(std::endian::native == std::endian::little, "weights.bin is little-endian");
    std::FILE* const file = std::fopen(path, "rb");
    if (!file) return false;
    const std::size_t count = std::fread(data, 1, bytes, file);
    const bool isAll = count == bytes && std::fgetc(file) == EOF;
    return std::fclose(file) == 0 && isAll;
}

}  // namespace @name@
