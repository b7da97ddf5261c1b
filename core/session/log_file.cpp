// SPDX-License-Identifier: Apache-2.0
// Whole lines, cut and appended in place.
#include "core/session/log_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/base/file_error.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr int64_t windowBytes = 1 << 16;

template <class Call>
auto untilNotInterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

/// What stands behind a key and its colon; other programs may have written blanks there.
std::string_view valueOf(std::string_view line, std::string_view key) {
    if (!line.starts_with('{')) return {};
    for (size_t at = line.find(key); at != line.npos; at = line.find(key, at + 1)) {
        const size_t colon = line.find_first_not_of(' ', at + key.size());
        if (colon == line.npos || line[colon] != ':') continue;
        return line.substr(std::min(line.find_first_not_of(' ', colon + 1), line.size()));
    }
    return {};
}

/// The number behind `"step":` in a line; −1 where there is none.
int64_t stepOf(std::string_view line) {
    const std::string_view value = valueOf(line, "\"step\"");
    int64_t step = -1;
    return std::from_chars(value.data(), value.data() + value.size(), step).ec == std::errc() ? step
                                                                                              : -1;
}

bool isStepLine(std::string_view line) {
    return valueOf(line, "\"event\"").starts_with("\"step\"");
}

/// Where the data of a file end that a crash may have left with a hole behind them.
int64_t dataEnd(int file, int64_t size) {
    int64_t end = 0;
    for (int64_t at = 0; at < size;) {
        const int64_t data = lseek(file, at, SEEK_DATA);
        if (data < 0) return errno == ENXIO ? end : size;
        end = lseek(file, data, SEEK_HOLE);
        if (end < 0) return size;
        at = end;
    }
    return std::min(end, size);
}

bool readWhole(int file, int64_t offset, char* bytes, int64_t count) {
    while (count > 0) {
        const ssize_t taken = untilNotInterrupted(
            [&] { return pread(file, bytes, static_cast<size_t>(count), offset); });
        if (taken <= 0) return false;
        bytes += taken;
        offset += taken;
        count -= taken;
    }
    return true;
}

size_t lineEnd(std::string_view text, size_t from) {
    const size_t end = text.find('\n', from);
    return end == std::string_view::npos ? text.size() : end + 1;
}

/// Calls `look(begin, line)` for the whole lines of a text, until it gives true.
template <class Look>
bool anyLine(std::string_view text, bool beginsWithALine, Look look) {
    for (size_t at = beginsWithALine ? 0 : lineEnd(text, 0); at < text.size();) {
        const size_t end = lineEnd(text, at);
        const std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\n') && look(at, line)) return true;
        at = end;
    }
    return false;
}

/// The step of the first step line that begins behind a place; −1 where there is none near.
int64_t stepBehind(int file, int64_t from, int64_t end) {
    constexpr int64_t farthest = int64_t{4} << 20;
    int64_t found = -1;
    for (int64_t size = windowBytes; found < 0 && size <= farthest; size *= 4) {
        std::string text(static_cast<size_t>(std::min(size, end - from)), '\0');
        if (!readWhole(file, from, text.data(), static_cast<int64_t>(text.size()))) return -1;
        anyLine(text, from == 0, [&](size_t, std::string_view line) {
            if (isStepLine(line)) found = stepOf(line);
            return found >= 0;
        });
        if (static_cast<int64_t>(text.size()) == end - from) break;
    }
    return found;
}

/// The part of a log where the lines up to a step end and those of later ones begin. Steps rise
/// from line to line, so that it is found by halving.
struct Border {
    int64_t start = 0;  ///< of `text` in the file
    std::string text;
};

Result<Border> findBorder(int file, int64_t size, int64_t step) {
    const int64_t end = dataEnd(file, size);
    int64_t low = 0, high = end;
    bool isLaterFound = false;
    while (high - low > windowBytes) {
        const int64_t middle = low + (high - low) / 2, found = stepBehind(file, middle, end);
        isLaterFound = isLaterFound || found > step;
        (found < 0 || found > step ? high : low) = middle;
    }
    Border border{.start = std::max<int64_t>(0, low - windowBytes), .text = {}};
    const int64_t stop = std::min(end, high + 4 * windowBytes);
    if (stop < end && !isLaterFound) return Error{"D01", "what follows is no log", {}, {}, {}};
    border.text.resize(static_cast<size_t>(stop - border.start));
    if (readWhole(file, border.start, border.text.data(), static_cast<int64_t>(border.text.size())))
        return border;
    return Error{"G08", "it cannot be read", {}, {}, {}};
}

/// What of the border's text stays. Programs up to version 1 wrote events a little late: those that
/// stay then have lines of later steps before them.
struct Cut {
    int64_t keep = 0;   ///< bytes of the text that stay where they are
    std::string moved;  ///< lines behind them that stay
    bool isKnown = false;
    int64_t lastStep = 0;  ///< that stays
};

Cut cutOf(const Border& border, int64_t step) {
    Cut cut;
    bool isLater = false;
    if (border.start > 0) cut.keep = static_cast<int64_t>(lineEnd(border.text, 0));
    anyLine(border.text, border.start == 0, [&](size_t at, std::string_view line) {
        const int64_t number = stepOf(line);
        if (number < 0) return false;
        cut.isKnown = cut.isKnown || border.start == 0 || number <= step;
        if (number <= step && isStepLine(line)) cut.lastStep = std::max(cut.lastStep, number);
        if (number > step)
            isLater = true;
        else if (isLater)
            cut.moved += line;
        else
            cut.keep = static_cast<int64_t>(at + line.size());
        return false;
    });
    return cut;
}

std::string asideName(const std::string& path) {
    std::error_code ignored;
    for (int number = 1;; ++number) {
        std::string name = fmt::format("{}.unreadable-{}", path, number);
        if (!fs::exists(fs::symlink_status(name, ignored))) return name;
    }
}

Error missingSteps(const std::string& path, int64_t last, int64_t step) {
    return {
        "D01",
        last == 0
            ? fmt::format("'{}' has none of the {} steps that were made", printable(path), step)
            : fmt::format("'{}' has no steps between {} and {}", printable(path), last, step + 1),
        {},
        "The run goes on; the log has a hole there.",
        {}};
}

Error logError(const std::string& path, int error) {
    return fileError({path, "open the log", "Nothing was changed."}, error);
}

int openFile(const std::string& path) {
    return untilNotInterrupted([&] {
        return ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    });
}

}  // namespace

LogFile::LogFile(LogFile&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)), m_size(other.m_size) {}

LogFile& LogFile::operator=(LogFile&& other) noexcept {
    std::swap(m_file, other.m_file);
    std::swap(m_size, other.m_size);
    return *this;
}

LogFile::~LogFile() {
    if (m_file >= 0) ::close(m_file);
}

Result<LogFile> LogFile::open(const std::string& path, int64_t step, std::optional<Error>& remark) {
    LogFile log;
    log.m_file = openFile(path);
    if (log.m_file < 0 && errno == EACCES) return setAside(path, remark);
    if (log.m_file < 0) return logError(path, errno);
    struct stat info {};
    if (fstat(log.m_file, &info) != 0) return logError(path, errno);
    if (!S_ISREG(info.st_mode))
        return notRegularError({path, "open the log", "Nothing was changed."}, info.st_mode);
    if (info.st_size == 0) {
        if (step > 0) remark = missingSteps(path, 0, step);
        return log;
    }
    const Result<Border> border = findBorder(log.m_file, info.st_size, step);
    const Cut cut = border ? cutOf(*border, step) : Cut{};
    if (!cut.isKnown) return setAside(path, remark);
    log.m_size = border->start + cut.keep;
    if (untilNotInterrupted([&] { return ftruncate(log.m_file, log.m_size); }) != 0)
        return logError(path, errno);
    int error = 0;
    log.append(cut.moved, error);
    if (error != 0) return logError(path, error);
    if (cut.lastStep < step) remark = missingSteps(path, cut.lastStep, step);
    return log;
}

Result<LogFile> LogFile::setAside(const std::string& path, std::optional<Error>& remark) {
    const std::string aside = asideName(path);
    if (::rename(path.c_str(), aside.c_str()) != 0) return logError(path, errno);
    LogFile log;
    log.m_file = openFile(path);
    if (log.m_file < 0) return logError(path, errno);
    remark = Error{"D01",
                   fmt::format("'{}' cannot be read as the log of this run", printable(path)),
                   {},
                   fmt::format("It was set aside as '{}'; the log begins anew.", printable(aside)),
                   {}};
    return log;
}

int64_t LogFile::append(std::string_view lines, int& error) {
    error = 0;
    int64_t taken = 0;
    while (taken < static_cast<int64_t>(lines.size())) {
        const std::string_view rest = lines.substr(static_cast<size_t>(taken));
        const ssize_t count =
            untilNotInterrupted([&] { return ::write(m_file, rest.data(), rest.size()); });
        if (count == static_cast<ssize_t>(rest.size())) {
            m_size += count;
            return taken + count;
        }
        if (count <= 0) {
            error = count == 0 ? ENOSPC : errno;
            return taken;
        }
        // Never half a line: what was taken of it is taken back.
        const size_t whole = rest.substr(0, static_cast<size_t>(count)).rfind('\n') + 1;
        m_size += static_cast<int64_t>(whole);
        taken += static_cast<int64_t>(whole);
        if (untilNotInterrupted([&] { return ftruncate(m_file, m_size); }) != 0) {
            error = errno;
            return taken;
        }
        if (whole == 0) {
            error = ENOSPC;
            return taken;
        }
    }
    return taken;
}

bool LogFile::sync() {
    return untilNotInterrupted([&] { return fdatasync(m_file); }) == 0 || errno == EINVAL ||
           errno == EROFS;
}

bool LogFile::isWhole(const std::string& path) const {
    struct stat mine {
    }, there{};
    return fstat(m_file, &mine) != 0 ||
           (mine.st_nlink > 0 && mine.st_size >= m_size && stat(path.c_str(), &there) == 0 &&
            mine.st_ino == there.st_ino && mine.st_dev == there.st_dev);
}

/// Readers go on with the same descriptor: only what it stands for is exchanged.
Result<void> LogFile::putBack(const std::string& path, std::string& aside) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(path, ignored))) {
        aside = asideName(path);
        if (::rename(path.c_str(), aside.c_str()) != 0) return logError(path, errno);
    }
    const int file = openFile(path);
    if (file < 0) return logError(path, errno);
    std::string piece(windowBytes, '\0');
    int64_t at = 0;
    for (int64_t count; (count = read(at, piece.data(), windowBytes)) > 0; at += count) {
        const std::string_view lines(piece.data(), static_cast<size_t>(count));
        if (::write(file, lines.data(), lines.size()) == count) continue;
        const int error = errno;
        ::close(file);
        ::unlink(path.c_str());
        return logError(path, error);
    }
    m_size = at;
    const bool isExchanged = dup3(file, m_file, O_CLOEXEC) >= 0;
    ::close(file);
    if (!isExchanged) return logError(path, errno);
    return {};
}

int64_t LogFile::read(int64_t offset, char* bytes, int64_t count) const {
    return untilNotInterrupted(
        [&] { return pread(m_file, bytes, static_cast<size_t>(count), offset); });
}

}  // namespace vitrine
