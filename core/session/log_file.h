// SPDX-License-Identifier: Apache-2.0
// LogFile: a file of whole lines that only grows, one JSON object a line with the step that it
// belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vitrine {

class LogFile {
  public:
    /// Makes it, or opens it without the lines of steps after `step`: a resumed run has no row
    /// twice. It is never read whole, however long it is. What is cut off at its end is lines of
    /// later steps, half a line, and zeros that a crash of the system left. A file that may not be
    /// read, or is no log, is set aside under another name, and `remark` says so. Errors: G02, G03,
    /// G08.
    static Result<LogFile> open(const std::string& path, int64_t step,
                                std::optional<Error>& remark);
    ~LogFile();
    LogFile(LogFile&& other) noexcept;
    LogFile& operator=(LogFile&& other) noexcept;

    /// Appends whole lines. How many bytes were taken: fewer than asked for where the disk is full,
    /// and then up to the end of a line. `error` is an errno, or 0.
    int64_t append(std::string_view lines, int& error);
    /// What was appended survives a power cut. False where the system says no.
    bool sync();
    /// Has nobody deleted or replaced it, or taken away from it?
    bool isWhole(const std::string& path) const;
    /// Writes it again where it was, with every line; what stands there now is set aside, and
    /// `aside` says where. Errors: C09, G02 and their like. What somebody cut off is not in it.
    Result<void> putBack(const std::string& path, std::string& aside);
    /// Bytes from the file's start.
    int64_t size() const { return m_size; }
    /// Whole bytes at a place, for readers in other threads; −1 where they cannot be read.
    int64_t read(int64_t offset, char* bytes, int64_t count) const;

  private:
    LogFile() = default;
    static Result<LogFile> setAside(const std::string& path, std::optional<Error>& remark);
    int m_file = -1;
    int64_t m_size = 0;
};

}  // namespace vitrine
