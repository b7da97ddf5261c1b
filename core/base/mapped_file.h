// SPDX-License-Identifier: Apache-2.0
// MappedFile: the bytes of a file where they lie, guarded: a file that is cut while it is mapped
// gives zeros and a flag instead of the end of the program (SIGBUS).
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"

namespace vitrine {

/// Read-only. Any thread.
class MappedFile {
  public:
    /// Errors: G01, G02, G03 (never blocks), G04, G06 (no room for another mapping), G08, G12.
    static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);
    /// The same of a file that is open already, and taken over; `path`: for messages.
    static Result<std::shared_ptr<const MappedFile>> of(int file, const std::string& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return m_bytes; }
    /// "G07" once a part that was looked at was not there any more, or where the file has another
    /// size or time now. Asks the system.
    std::optional<Error> trouble() const;

  private:
    struct Stamp {
        int64_t size = 0, seconds = 0, nanoseconds = 0;
        bool operator==(const Stamp&) const = default;
    };
    MappedFile(std::string path, int file, Stamp stamp, std::span<const std::byte> bytes,
               size_t place);
    static Result<Stamp> stampOf(int file, const std::string& path);

    const std::string m_path;
    const int m_file;
    const Stamp m_stamp;
    const std::span<const std::byte> m_bytes;
    const size_t m_place;  ///< in the table of guarded ranges
};

}  // namespace vitrine
