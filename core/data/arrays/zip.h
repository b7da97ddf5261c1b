// SPDX-License-Identifier: Apache-2.0
// A reader of zip archives behind limits: the central directory alone says what is there, names are
// never paths, nothing overlaps. Source: PKWARE's APPNOTE 6.3, with zip64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

struct ZipEntry {
    std::string name;
    bool isPacked = false;                    ///< by deflate; else stored plain
    std::span<const std::byte> content = {};  ///< as it lies in the archive
    int64_t size = 0;                         ///< unpacked
    uint32_t crc = 0;
};

/// Files of the archive, folders left out, in the order of the directory. Errors: G10 (no zip
/// archive), N08 (directory damaged, too many entries, overlapping or encrypted ones, unknown
/// method, unsafe or doubled name), N09 (claims more than deflate can pack), N13 (sizes disagree).
Result<std::vector<ZipEntry>> readZip(std::string_view title, std::span<const std::byte> bytes);

/// Compares the checksum of a plain entry, or unpacks and compares. Errors: N09 (more comes out
/// than is claimed), N10 (damaged, or another checksum), "G06" (no memory), `stopped`.
Result<void> checkPlainEntry(std::string_view title, const ZipEntry& entry);
Result<std::vector<std::byte>> unpackEntry(std::string_view title, const ZipEntry& entry,
                                           const std::stop_token& stop);

}  // namespace vitrine
