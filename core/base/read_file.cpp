// SPDX-License-Identifier: Apache-2.0
// Reading whole files: what a path names is looked at before it is believed, and sizes are checked
// before memory is taken.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/gunzip.h"
#include "core/base/memory.h"

namespace vitrine {

namespace {

class Descriptor {
  public:
    explicit Descriptor(int file) : m_file(file) {}
    ~Descriptor() {
        if (m_file >= 0) ::close(m_file);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_file; }

  private:
    int m_file;
};

/// Fills `bytes`; gives how many came before the file's end or a stop, or -1 with errno.
int64_t readFully(int file, std::span<std::byte> bytes, const std::stop_token& stop) {
    constexpr size_t piece = size_t{1} << 24;
    size_t done = 0;
    while (done < bytes.size() && !stop.stop_requested()) {
        const ssize_t got = ::read(file, bytes.data() + done, std::min(piece, bytes.size() - done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        done += static_cast<size_t>(got);
    }
    return static_cast<int64_t>(done);
}

bool sameFile(const struct stat& before, const struct stat& after) {
    return before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
           before.st_mtim.tv_nsec == after.st_mtim.tv_nsec;
}

Error changed(const std::string& path) {
    return readError(path, "G07", "it changed while it was being read",
                     "Wait until whatever writes it is done, then try again.");
}

}  // namespace

Result<std::vector<std::byte>> readFile(const std::string& path, const ReadLimits& limits) {
    // O_NONBLOCK: opening a pipe must not wait for a writer. For regular files it has no meaning.
    int opened = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    while (opened < 0 && errno == EINTR)
        opened = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (opened < 0) return fileError(reading(path), errno);
    const Descriptor file(opened);

    struct stat info {};
    if (fstat(file.get(), &info) != 0) return fileError(reading(path), errno);
    if (!S_ISREG(info.st_mode)) return notRegularError(reading(path), info.st_mode);
    if (info.st_size == 0)
        return readError(path, "G04", "it has 0 bytes",
                         "Probably an interrupted copy: copy or download it again.");
    if (info.st_size > limits.bytes) return tooLargeError(path, info.st_size, limits.bytes);

    auto bytes = tryAllocate(info.st_size);
    if (!bytes) return noMemoryError(path, info.st_size);
    const int64_t got = readFully(file.get(), *bytes, limits.stop);
    if (limits.stop.stop_requested()) return stoppedError();
    if (got < 0) return fileError(reading(path), errno);
    struct stat after {};
    if (fstat(file.get(), &after) != 0) return fileError(reading(path), errno);
    if (got != info.st_size || !sameFile(info, after)) return changed(path);
    return std::move(*bytes);
}

Result<std::vector<std::byte>> readMaybeGzip(const std::string& path, const ReadLimits& limits) {
    auto bytes = readFile(path, limits);
    if (!bytes || !isGzip(*bytes)) return bytes;
    return gunzip(path, *bytes, limits);
}

}  // namespace vitrine
