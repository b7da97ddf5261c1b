// SPDX-License-Identifier: Apache-2.0
// A mapping of memory or of a file. The file is written by calls, so that a full disk is an Error
// and no signal.
#include "core/data/record_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>

#include "core/base/file.h"

namespace vitrine {

namespace {

/// Without a name, or with one for a moment where the file system cannot do that.
int openUnnamed(const std::string& folder) {
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
    std::string name = folder + "/records-XXXXXX";
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) static_cast<void>(::unlink(name.c_str()));
    return named;
}

std::string systemText(int error) { return std::generic_category().message(error); }

}  // namespace

std::string RecordCache::userFolder() {
    namespace fs = std::filesystem;
    const char* chosen = std::getenv("XDG_CACHE_HOME");
    if (chosen && fs::path(chosen).is_absolute()) return (fs::path(chosen) / "vitrine").string();
    const char* home = std::getenv("HOME");
    return (fs::path(home ? home : "/tmp") / ".cache" / "vitrine").string();
}

RecordCache::RecordCache(int64_t count, int64_t recordBytes, const Limits& limits)
    : m_count(count), m_recordBytes(static_cast<size_t>(recordBytes)), m_limits(limits) {}

RecordCache::~RecordCache() {
    if (m_records) ::munmap(m_records, m_bytes);
    if (m_file >= 0) ::close(m_file);
}

Result<std::unique_ptr<RecordCache>> RecordCache::create(int64_t count, int64_t recordBytes,
                                                         const Limits& limits) {
    std::unique_ptr<RecordCache> cache(new RecordCache(count, recordBytes, limits));
    if (count > std::numeric_limits<int64_t>::max() / recordBytes)
        return cache->tooLittle("and that is more than any system has");
    const int64_t needed = count * recordBytes;
    cache->m_bytes = static_cast<size_t>(needed);
    const bool fits = needed <= limits.memoryBytes;
    if (!fits) VITRINE_TRY(cache->openFile());
    if (!cache->map())
        return cache->tooLittle("and the system does not give the addresses for them");
    return cache;
}

Result<void> RecordCache::openFile() {
    const auto bytes = static_cast<int64_t>(m_bytes);
    if (bytes > m_limits.fileBytes)
        return tooLittle(fmt::format("{} of memory are there for them, and a file may take {}",
                                     sizeText(m_limits.memoryBytes), sizeText(m_limits.fileBytes)));
    std::error_code ignored;
    std::filesystem::create_directories(m_limits.folder, ignored);
    m_file = openUnnamed(m_limits.folder);
    const auto cannot = [&](std::string_view what, int error) {
        return tooLittle(fmt::format("{} of memory are there for them, and a file in '{}' {}: {}",
                                     sizeText(m_limits.memoryBytes), printable(m_limits.folder),
                                     what, systemText(error)));
    };
    if (m_file < 0) return cannot("cannot be made", errno);
    if (::ftruncate(m_file, bytes) != 0) return cannot("cannot be so large", errno);
    // Room is taken now where the file system can do that; where it cannot, put() finds out.
    if (::fallocate(m_file, 0, 0, bytes) != 0 && (errno == ENOSPC || errno == EDQUOT))
        return cannot("finds no room", errno);
    return {};
}

bool RecordCache::map() {
    const int kind = m_file >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    const int access = m_file >= 0 ? PROT_READ : PROT_READ | PROT_WRITE;
    void* mapped = ::mmap(nullptr, std::max<size_t>(m_bytes, 1), access, kind, m_file, 0);
    if (mapped == MAP_FAILED) return false;
    m_records = static_cast<std::byte*>(mapped);
    return true;
}

Error RecordCache::tooLittle(std::string_view why) const {
    return {"H02",
            fmt::format("{} {} of {} each need {}, {}", fmt::group_digits(m_count), m_limits.what,
                        sizeText(static_cast<int64_t>(m_recordBytes)),
                        sizeText(static_cast<int64_t>(m_bytes)), why),
            {},
            "Nothing was imported.",
            "Choose a smaller height and width, make room, or close other programs."};
}

Result<void> RecordCache::put(int64_t index, std::span<const std::byte> record) {
    const size_t place = static_cast<size_t>(index) * m_recordBytes;
    if (m_file < 0) {
        std::memcpy(m_records + place, record.data(), record.size());
        return {};
    }
    for (size_t done = 0; done < record.size();) {
        const ssize_t wrote = ::pwrite(m_file, record.data() + done, record.size() - done,
                                       static_cast<off_t>(place + done));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0)
            return Error{"H07",
                         fmt::format("the file in '{}' that {} are kept in cannot be written: {}",
                                     printable(m_limits.folder), m_limits.what, systemText(errno)),
                         {},
                         {},
                         "Make room there, then go on from the last checkpoint."};
        done += static_cast<size_t>(wrote);
    }
    return {};
}

std::span<const std::byte> RecordCache::at(int64_t index) {
    // A look at one byte may bring the pages around it.
    constexpr int64_t around = int64_t{1} << 16;
    const auto bytes = static_cast<int64_t>(m_recordBytes) + around;
    if (m_file >= 0 && m_seen.fetch_add(bytes, std::memory_order_relaxed) > m_limits.memoryBytes) {
        // Pages that were looked at count as this process's until they are let go; they stay in the
        // system's cache.
        m_seen.store(0, std::memory_order_relaxed);
        ::madvise(m_records, m_bytes, MADV_DONTNEED);
    }
    return {m_records + static_cast<size_t>(index) * m_recordBytes, m_recordBytes};
}

}  // namespace vitrine
