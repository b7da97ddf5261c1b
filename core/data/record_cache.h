// SPDX-License-Identifier: Apache-2.0
// RecordCache: room for records that are written once and then read where they lie.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/base/result.h"

namespace vitrine {

/// In memory, page by page as records come, where all of them fit what may be taken; else in a file
/// without a name, which goes with this however the program ends. Of that file little stays in the
/// process's memory: what the system keeps of it, it takes back when it needs it.
class RecordCache {
  public:
    struct Limits {
        int64_t memoryBytes = 0, fileBytes = 0;
        std::string folder = {};        ///< of the file; it is made where it is not there
        std::string what = "examples";  ///< in messages: `pictures`
    };
    /// The user's own folder for what can be made again: `vitrine` in XDG_CACHE_HOME or ~/.cache.
    static std::string userFolder();

    /// Errors: "H02" with what is needed and what there is, of memory and of the file.
    static Result<std::unique_ptr<RecordCache>> create(int64_t count, int64_t recordBytes,
                                                       const Limits& limits);
    ~RecordCache();
    RecordCache(const RecordCache&) = delete;
    RecordCache& operator=(const RecordCache&) = delete;

    /// Any thread; a record once, before anybody looks at it. Errors: "H07", the disk is full.
    Result<void> put(int64_t index, std::span<const std::byte> record);
    /// Any thread. Zeros where nothing was put. Stays where it is.
    std::span<const std::byte> at(int64_t index);
    bool isFile() const { return m_file >= 0; }

  private:
    RecordCache(int64_t count, int64_t recordBytes, const Limits& limits);
    Result<void> openFile();
    bool map();
    Error tooLittle(std::string_view why) const;

    const int64_t m_count;
    const size_t m_recordBytes;
    const Limits m_limits;
    size_t m_bytes = 0;
    int m_file = -1;
    std::byte* m_records = nullptr;
    std::atomic<int64_t> m_seen{0};  ///< bytes of the file looked at since it was last let go
};

}  // namespace vitrine
