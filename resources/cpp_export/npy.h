// SPDX-License-Identifier: Apache-2.0
// Reads and writes NumPy's .npy files of plain little-endian arrays in row-major order.
#pragma once

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace npy {

struct Array {
    std::string type;  ///< `f4`; empty: the file has no header
    std::vector<unsigned char> bytes;
};

/// The whole file. A file that does not begin as .npy is raw numbers. False where it cannot be
/// read, or lies in columns.
inline bool read(const char* path, Array& array) {
    std::FILE* const file = std::fopen(path, "rb");
    if (!file) return false;
    unsigned char block[1 << 16];
    std::vector<unsigned char> all;
    for (std::size_t count; (count = std::fread(block, 1, sizeof block, file)) > 0;)
        all.insert(all.end(), block, block + count);
    if (std::fclose(file) != 0) return false;
    if (all.size() < 10 || std::memcmp(all.data(), "\x93NUMPY", 6) != 0) {
        array = {{}, std::move(all)};
        return true;
    }
    const bool isLong = all[6] > 1;
    if (isLong && all.size() < 12) return false;
    std::size_t length = all[8] + 256u * all[9];
    if (isLong) length += 65536u * (all[10] + 256u * all[11]);
    const std::size_t start = isLong ? 12 : 10;
    if (all.size() < start + length) return false;
    const std::string header(all.begin() + static_cast<std::ptrdiff_t>(start),
                             all.begin() + static_cast<std::ptrdiff_t>(start + length));
    const std::size_t at = header.find("'descr': '");
    if (at == std::string::npos || header.find("'fortran_order': True") != std::string::npos)
        return false;
    const std::size_t end = header.find('\'', at + 10);
    if (end == std::string::npos || header[at + 10] == '>') return false;
    array.type = header.substr(at + 11, end - at - 11);
    array.bytes.assign(all.begin() + static_cast<std::ptrdiff_t>(start + length), all.end());
    return true;
}

inline bool write(const char* path, const char* type, const std::ptrdiff_t* shape, int rank,
                  const std::vector<unsigned char>& bytes) {
    const bool isByte = type[1] == '1';
    std::string header = std::string("{'descr': '") + (isByte ? "|" : "<") + type +
                         "', 'fortran_order': False, 'shape': (";
    for (int axis = 0; axis < rank; ++axis) header += std::to_string(shape[axis]) + ",";
    header += "), }";
    while ((10 + header.size()) % 64 != 63) header += ' ';
    header += '\n';
    const unsigned char start[] = {0x93,
                                   'N',
                                   'U',
                                   'M',
                                   'P',
                                   'Y',
                                   1,
                                   0,
                                   static_cast<unsigned char>(header.size() % 256),
                                   static_cast<unsigned char>(header.size() / 256)};
    std::FILE* const file = std::fopen(path, "wb");
    if (!file) return false;
    const bool isWritten = std::fwrite(start, 1, sizeof start, file) == sizeof start &&
                           std::fwrite(header.data(), 1, header.size(), file) == header.size() &&
                           std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    return std::fclose(file) == 0 && isWritten;
}

}  // namespace npy
