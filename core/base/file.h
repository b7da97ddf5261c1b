// SPDX-License-Identifier: Apache-2.0
// The only place that replaces files. Saves are atomic and durable: temporary file beside the
// target, every write compared with what was asked, fsync, length checked, rename, fsync of the
// folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

/// Writes pieces one after another and puts the file in place of `path` at commit. Without a commit
/// the old file stays and the temporary one goes. After the first failure every later call gives
/// the same Error. The temporary file is locked while it is being written, so
/// removeStrayTemporaries knows it from one that a killed process left.
class AtomicFile {
  public:
    explicit AtomicFile(std::string path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// Reserves `expectedBytes` where the file system can; 0 where the size is not known. A
    /// symbolic link is followed: its target is replaced. Errors: G01 (the folder), G02, G03, G08,
    /// G12, C09 (no space: needs `expectedBytes`, has …).
    Result<void> open(int64_t expectedBytes);
    /// Errors: G08, C09.
    Result<void> write(const void* bytes, int64_t size);
    /// Errors: G02, G03, G08, C09.
    Result<void> commit();

  private:
    Result<void> fail(Error error);
    Result<void> failCall(int error);
    Result<void> createTemporary();
    Result<void> settle();
    void discard();

    std::string m_path;    ///< as the caller named it, for messages
    std::string m_target;  ///< with links resolved
    std::string m_temporary;
    std::optional<Error> m_failure;
    int m_file = -1;
    int64_t m_expected = 0, m_written = 0;
};

Result<void> saveAtomically(const std::string& path, std::span<const std::byte> bytes);
Result<void> saveAtomically(const std::string& path, std::string_view text);
/// Removes temporary files that a killed save left beside `path`.
void removeStrayTemporaries(const std::string& path);
/// The same for every file of a folder that is ours alone, a run's checkpoints for example.
void removeAllStrayTemporaries(const std::string& folder);

struct ReadLimits {
    int64_t bytes = int64_t{1} << 32;
    std::stop_token stop = {};  ///< looked at every few milliseconds
};

/// The whole of a regular file. Errors: G01, G02, G03 (folder, pipe, device: never blocks), G04,
/// G06 (over `limits.bytes`, or over the memory that is there), G07 (changed meanwhile), G08, G12,
/// `stopped`.
Result<std::vector<std::byte>> readFile(const std::string& path, const ReadLimits& limits = {});
/// As readFile; a gzip file (by content) is unpacked, at most to `limits.bytes` and 1100 times its
/// size (deflate cannot pack tighter than 1032). Further errors: G09 (cut, or damaged).
Result<std::vector<std::byte>> readMaybeGzip(const std::string& path,
                                             const ReadLimits& limits = {});

/// `412 MB`, `1.5 kB`, `17 bytes`: decimal units, for messages.
std::string sizeText(int64_t bytes);

/// `text` with control characters and bytes that are not UTF-8 escaped, cut to `limit`: for
/// messages (G11).
std::string printable(std::string_view text, size_t limit = 200);
/// Well-formed, as files of text hold it.
bool isUtf8(std::string_view text);

}  // namespace vitrine
