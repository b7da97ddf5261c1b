// SPDX-License-Identifier: Apache-2.0
// The only place that replaces files. Saves are atomic and durable: temporary file beside the
// target, every write compared with what was asked, fsync, length checked, rename, fsync of the
// folder.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

/// Writes pieces one after another and puts the file in place of `path` at commit. Without a commit
/// the old file stays and the temporary one goes.
class AtomicFile {
  public:
    explicit AtomicFile(std::string path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// Errors: G02, G03, G12, C09 (no space: needs `expectedBytes`, has …).
    Result<void> open(int64_t expectedBytes);
    Result<void> write(const void* bytes, int64_t size);
    Result<void> commit();

  private:
    std::string m_path, m_temporary;
    int m_file = -1;
    int64_t m_written = 0;
};

Result<void> saveAtomically(const std::string& path, std::span<const std::byte> bytes);
Result<void> saveAtomically(const std::string& path, std::string_view text);
/// Removes temporary files that a killed save left beside `path`.
void removeStrayTemporaries(const std::string& path);

/// The whole of a regular file. Errors: G01, G02, G03 (folder, pipe, device: never blocks), G04,
/// G06 (over `limitBytes`), G12.
Result<std::vector<std::byte>> readFile(const std::string& path,
                                        int64_t limitBytes = int64_t{1} << 32);
/// As readFile; a gzip file (by content) is unpacked, at most to `limitBytes` and 1100 times its
/// size.
Result<std::vector<std::byte>> readMaybeGzip(const std::string& path,
                                             int64_t limitBytes = int64_t{1} << 32);

/// `text` with control characters and bytes that are not UTF-8 escaped, cut to `limit`: for
/// messages (G11).
std::string printable(std::string_view text, size_t limit = 200);

}  // namespace vitrine
