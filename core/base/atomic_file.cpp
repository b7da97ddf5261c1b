// SPDX-License-Identifier: Apache-2.0
// AtomicFile: write beside the target, check, sync, rename, sync the folder. A failed sync is
// final: the kernel may have dropped the data, so the temporary file goes and the caller saves
// anew.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/base/file_error.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view oldFileKept = "Nothing was changed: an older file is still there.";
constexpr std::string_view nothingSaved = "Nothing was saved.";
constexpr std::string_view temporaryEnd = ".vitrine-tmp";

FileAction saving(const std::string& path) {
    std::error_code unknown;
    return {path, "save", fs::exists(path, unknown) ? oldFileKept : nothingSaved};
}

/// FNV-1a of the target's name: the temporary name stays short when the target's has 255 bytes.
uint64_t hashOf(std::string_view text) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return hash;
}

/// How the names of all temporary files for `target` begin.
std::string temporaryStart(const std::string& target) {
    return fmt::format(".{:016x}-", hashOf(fs::path(target).filename().string()));
}

std::string temporaryName(const std::string& target) {
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random))
        random = static_cast<uint64_t>(getpid());
    return fmt::format("{}/{}{:016x}{}", folderOf(target), temporaryStart(target), random,
                       temporaryEnd);
}

template <class Call>
auto untilNotInterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

/// Locks a file of our own making for as long as it is open. False where somebody else holds it.
bool lock(int file) { return flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

/// The mode of a new file. The mask is read from /proc because umask() would change it for all
/// threads.
mode_t newFileMode() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("Umask:")) continue;
        unsigned mask = 0;
        const size_t digits = line.find_first_of("01234567");
        if (digits == std::string::npos) break;
        std::from_chars(line.data() + digits, line.data() + line.size(), mask, 8);
        return 0666 & ~mask;
    }
    return 0600;
}

/// The mode of the file that is being replaced, or a new file's.
mode_t modeFor(const std::string& target) {
    struct stat old {};
    return stat(target.c_str(), &old) == 0 ? old.st_mode & 0777 : newFileMode();
}

/// Makes a rename durable.
bool syncFolder(const std::string& folder) {
    const int file = untilNotInterrupted(
        [&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (file < 0) return false;
    const bool synced = untilNotInterrupted([&] { return fsync(file); }) == 0 || errno == EINVAL;
    const int error = errno;
    ::close(file);
    errno = error;
    return synced;
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : m_path(std::move(path)), m_target(m_path) {}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() {
    if (m_file < 0) return;
    ::close(m_file);
    m_file = -1;
    ::unlink(m_temporary.c_str());
}

Result<void> AtomicFile::fail(Error error) {
    discard();
    m_failure = std::move(error);
    return *m_failure;
}

Result<void> AtomicFile::failCall(int error) {
    // What this save has taken counts as free again.
    discard();
    return fail(isNoSpace(error) ? noSpaceError(saving(m_path), error, folderOf(m_target),
                                                std::max(m_expected, m_written))
                                 : fileError(saving(m_path), error));
}

Result<void> AtomicFile::open(int64_t expectedBytes) {
    VITRINE_CHECK(m_file < 0 && !m_failure, "an AtomicFile is opened once");
    m_expected = expectedBytes;
    struct stat info {};
    if (stat(m_path.c_str(), &info) == 0) {
        if (!S_ISREG(info.st_mode)) return fail(notRegularError(saving(m_path), info.st_mode));
        std::error_code failure;
        m_target = fs::canonical(m_path, failure).string();
        if (failure) return failCall(failure.value());
    } else if (errno != ENOENT) {
        return failCall(errno);
    } else if (fs::path(m_path).filename().empty()) {
        return failCall(ENOENT);
    }
    return createTemporary();
}

Result<void> AtomicFile::createTemporary() {
    // A name can be taken, or removeStrayTemporaries of another process can come between creating
    // and locking; then the next name is tried.
    constexpr int attempts = 100;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        m_temporary = temporaryName(m_target);
        m_file = untilNotInterrupted([&] {
            return ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        });
        if (m_file < 0 && errno == EEXIST) continue;
        if (m_file < 0) return failCall(errno);
        struct stat info {};
        if (lock(m_file) && fstat(m_file, &info) == 0 && info.st_nlink == 1) break;
        discard();
    }
    if (m_file < 0) return failCall(EEXIST);
    if (m_expected <= 0) return {};
    const int reserved =
        untilNotInterrupted([&] { return fallocate(m_file, FALLOC_FL_KEEP_SIZE, 0, m_expected); });
    if (reserved < 0 && isNoSpace(errno)) return failCall(errno);
    return {};
}

Result<void> AtomicFile::write(const void* bytes, int64_t size) {
    if (m_failure) return *m_failure;
    VITRINE_CHECK(m_file >= 0, "write comes after open and before commit");
    const char* next = static_cast<const char*>(bytes);
    int64_t left = size;
    while (left > 0) {
        const ssize_t taken = ::write(m_file, next, static_cast<size_t>(left));
        if (taken < 0 && errno == EINTR) continue;
        // A file that takes nothing and names no reason is treated as full: asking again would
        // never end.
        if (taken <= 0) {
            m_expected = std::max(m_expected, m_written + left);
            return failCall(taken == 0 ? ENOSPC : errno);
        }
        next += taken;
        left -= taken;
        m_written += taken;
    }
    return {};
}

/// Everything before the rename: the temporary file is complete, on the disk, and has its mode.
Result<void> AtomicFile::settle() {
    struct stat info {};
    if (fstat(m_file, &info) != 0) return failCall(errno);
    if (info.st_size != m_written) return failCall(EIO);
    // Gives back what was reserved beyond the end.
    if (m_expected > m_written &&
        untilNotInterrupted([&] { return ftruncate(m_file, m_written); }) != 0)
        return failCall(errno);
    if (fchmod(m_file, modeFor(m_target)) != 0) return failCall(errno);
    if (untilNotInterrupted([&] { return fsync(m_file); }) == 0) return {};
    return failCall(errno);
}

Result<void> AtomicFile::commit() {
    if (m_failure) return *m_failure;
    VITRINE_CHECK(m_file >= 0, "commit comes once, after open");
    VITRINE_TRY(settle());
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) return failCall(errno);
    ::close(m_file);
    m_file = -1;
    if (syncFolder(folderOf(m_target))) return {};
    const FileAction action{m_path, "make durable",
                            "The new file is in place, but may not survive a power cut."};
    m_failure = fileError(action, errno);
    return *m_failure;
}

Result<void> saveAtomically(const std::string& path, std::span<const std::byte> bytes) {
    AtomicFile file(path);
    const auto size = static_cast<int64_t>(bytes.size());
    VITRINE_TRY(file.open(size));
    VITRINE_TRY(file.write(bytes.data(), size));
    return file.commit();
}

Result<void> saveAtomically(const std::string& path, std::string_view text) {
    return saveAtomically(path, std::as_bytes(std::span(text)));
}

namespace {

void removeStrayNames(const std::string& folder, std::string_view start) {
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with(start) || !name.ends_with(temporaryEnd)) continue;
        const int file =
            ::open(entry->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (file < 0) continue;
        // Who is still writing holds the lock; a killed process has lost it.
        if (flock(file, LOCK_EX | LOCK_NB) == 0) ::unlink(entry->path().c_str());
        ::close(file);
    }
}

}  // namespace

void removeStrayTemporaries(const std::string& path) {
    std::error_code failure;
    const fs::path resolved = fs::canonical(path, failure);
    const std::string target = failure ? path : resolved.string();
    removeStrayNames(folderOf(target), temporaryStart(target));
}

void removeAllStrayTemporaries(const std::string& folder) { removeStrayNames(folder, "."); }

}  // namespace vitrine
