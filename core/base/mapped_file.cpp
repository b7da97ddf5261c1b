// SPDX-License-Identifier: Apache-2.0
// A table of mapped ranges that a handler of SIGBUS looks into: it may take no lock and no memory.
#include "core/base/mapped_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <mutex>

#include "core/base/file_error.h"
#include "core/base/mapped_bytes.h"

namespace vitrine {

namespace {

struct Range {
    std::atomic<uintptr_t> begin{0}, end{0};  ///< end 0: free
    std::atomic<bool> isTaken{false}, wasCut{false};
    std::atomic<const MappedFile*> file{nullptr};
};

constexpr size_t mostRanges = 256;
std::array<Range, mostRanges> ranges;

/// Puts a page of zeros where the file has none any more; what is no page of ours ends the program
/// as it would have done.
void onBusError(int, siginfo_t* info, void*) {
    const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
    for (Range& range : ranges) {
        if (address < range.begin.load() || address >= range.end.load()) continue;
        const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
        void* const at = reinterpret_cast<void*>(address / page * page);
        if (mmap(at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at) {
            range.wasCut = true;
            return;
        }
    }
    signal(SIGBUS, SIG_DFL);
}

void installGuard() {
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO;
        sigaction(SIGBUS, &action, nullptr);
    });
}

/// A free place of the table, or mostRanges.
size_t takePlace() {
    for (size_t i = 0; i < mostRanges; ++i)
        if (!ranges[i].isTaken.exchange(true)) return i;
    return mostRanges;
}

void guardRange(size_t place, std::span<const std::byte> bytes, const MappedFile* file) {
    Range& range = ranges[place];
    const auto begin = reinterpret_cast<uintptr_t>(bytes.data());
    range.wasCut = false;
    range.file = file;
    range.begin = begin;
    range.end = begin + bytes.size();
}

void freePlace(size_t place) {
    ranges[place].end = 0;
    ranges[place].begin = 0;
    ranges[place].isTaken = false;
}

}  // namespace

MappedFile::MappedFile(std::string path, int file, Stamp stamp, std::span<const std::byte> bytes,
                       size_t place)
    : m_path(std::move(path)), m_file(file), m_stamp(stamp), m_bytes(bytes), m_place(place) {
    guardRange(place, bytes, this);
}

MappedFile::~MappedFile() {
    munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
    freePlace(m_place);
    ::close(m_file);
}

Result<MappedFile::Stamp> MappedFile::stampOf(int file, const std::string& path) {
    struct stat info {};
    if (fstat(file, &info) != 0) return fileError(reading(path), errno);
    if (!S_ISREG(info.st_mode)) return notRegularError(reading(path), info.st_mode);
    return Stamp{info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
    // O_NONBLOCK: opening a pipe must not wait for a writer.
    const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0) return fileError(reading(path), errno);
    return of(file, path);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::of(int file, const std::string& path) {
    installGuard();
    auto closed = [&](Error error) {
        ::close(file);
        return error;
    };
    const auto stamp = stampOf(file, path);
    if (!stamp) return closed(stamp.error());
    if (stamp->size == 0)
        return closed(readError(path, "G04", "it has 0 bytes",
                                "Probably an interrupted copy: copy or download it again."));
    const auto size = static_cast<size_t>(stamp->size);
    const size_t place = takePlace();
    void* const memory =
        place == mostRanges ? MAP_FAILED : mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (memory == MAP_FAILED) {
        if (place != mostRanges) freePlace(place);
        return closed(readError(path, "G06", "the system maps no more files",
                                "Close other data, or join the arrays in one file."));
    }
    const std::span<const std::byte> bytes(static_cast<const std::byte*>(memory), size);
    return std::shared_ptr<const MappedFile>(new MappedFile(path, file, *stamp, bytes, place));
}

std::optional<Error> MappedFile::trouble() const {
    const auto now = stampOf(m_file, m_path);
    if (now && *now == m_stamp && !ranges[m_place].wasCut) return {};
    return readError(m_path, "G07", "it changed while it was open",
                     "Wait until whatever writes it is done, then open the data again.");
}

std::optional<Error> mappedTrouble(std::span<const std::byte> bytes) {
    const auto address = reinterpret_cast<uintptr_t>(bytes.data());
    for (const Range& range : ranges)
        if (address >= range.begin.load() && address < range.end.load())
            return range.file.load()->trouble();
    return {};
}

}  // namespace vitrine
