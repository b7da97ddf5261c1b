// SPDX-License-Identifier: Apache-2.0
// Exclusive making, a lock on the folder, and its present name.
#include "core/base/owned_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <utility>

#include "core/base/file.h"
#include "core/base/file_error.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view nothingChanged = "Nothing was changed.";

std::string shown(const std::string& path) { return printable(path); }

std::string timeText() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string programName() {
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).filename().string();
}

/// What `in-use.json` says between a key's quotes and the next quote: it is ours, but may be
/// anybody's.
std::string textIn(const std::string& json, std::string_view key) {
    const std::string start = fmt::format("\"{}\": \"", key);
    const size_t found = json.find(start);
    if (found == std::string::npos) return "?";
    const size_t begin = found + start.size();
    return printable(json.substr(begin, json.find('"', begin) - begin), 60);
}

std::string noteIn(const std::string& path) {
    const std::string name = path + "/" + std::string(OwnedFolder::ownerFile);
    const int file = ::open(name.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return {};
    std::string json(2000, '\0');
    const ssize_t count = ::read(file, json.data(), json.size());
    ::close(file);
    json.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    return json;
}

Error inUse(const std::string& path, const std::string& json) {
    const std::string who = json.ends_with("}\n")
                                ? fmt::format("process {} ({}) since {}", textIn(json, "process"),
                                              textIn(json, "program"), textIn(json, "since"))
                                : "another process";
    return {"P12",
            fmt::format("'{}' is being written to by {}", shown(path), who),
            {},
            std::string(nothingChanged),
            "Wait until that process has ended, or end it."};
}

Error cannotBeMade(const std::string& path, int error) {
    return {error == ENAMETOOLONG || error == ELOOP ? "G12" : "G02",
            fmt::format("folder '{}' cannot be made: {}", shown(path),
                        std::generic_category().message(error)),
            {},
            std::string(nothingChanged),
            "Choose a folder that you may write to with --out."};
}

Error cannotBeOpened(const std::string& path, int error) {
    return {error == ENAMETOOLONG || error == ELOOP ? "G12" : "G02",
            fmt::format("folder '{}' cannot be written into: {}", shown(path),
                        std::generic_category().message(error)),
            {},
            std::string(nothingChanged),
            "Ask its owner for access, or copy it and go on with the copy."};
}

std::vector<std::string> namesIn(const std::string& path) {
    std::vector<std::string> names;
    std::error_code failure;
    for (fs::directory_iterator entry(path, failure), end; !failure && entry != end;
         entry.increment(failure))
        names.push_back(entry->path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

/// What an owner leaves that is killed before the folder is complete. Files that hold something are
/// taken for that only by name.
bool isLeftover(const fs::path& file, std::span<const std::string_view> leftovers) {
    const std::string name = file.filename().string();
    std::error_code ignored;
    return name == OwnedFolder::ownerFile || name.ends_with(".vitrine-tmp") ||
           std::find(leftovers.begin(), leftovers.end(), name) != leftovers.end() ||
           (fs::is_regular_file(file, ignored) && fs::is_empty(file, ignored));
}

/// Empty, where it is or can be made so.
std::string contentsOf(const std::string& path, std::span<const std::string_view> leftovers) {
    const std::vector<std::string> names = namesIn(path);
    const bool hasOwner =
        std::find(names.begin(), names.end(), OwnedFolder::ownerFile) != names.end();
    if (hasOwner && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
            return isLeftover(fs::path(path) / name, leftovers);
        })) {
        std::error_code ignored;
        for (const std::string& name : names) fs::remove(path + "/" + name, ignored);
        return {};
    }
    std::string text;
    for (size_t i = 0; i < std::min<size_t>(names.size(), 3); ++i)
        text += fmt::format("{}'{}'", i > 0 ? ", " : "", printable(names[i], 60));
    return names.size() > 3 ? fmt::format("{} and {} more", text, names.size() - 3) : text;
}

/// Makes the parents that are missing and notes them.
int makeParents(const fs::path& path, std::vector<std::string>& made) {
    std::vector<fs::path> missing;
    std::error_code ignored;
    for (fs::path parent = path.parent_path(); !parent.empty() && !fs::exists(parent, ignored);
         parent = parent.parent_path())
        missing.push_back(parent);
    for (; !missing.empty(); missing.pop_back()) {
        if (mkdir(missing.back().c_str(), 0777) == 0)
            made.push_back(missing.back().string());
        else if (errno != EEXIST)
            return errno;
    }
    return 0;
}

std::string withoutSlashes(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

}  // namespace

OwnedFolder::OwnedFolder(OwnedFolder&& other) noexcept
    : m_path(std::move(other.m_path)),
      m_folder(std::exchange(other.m_folder, -1)),
      m_isNoted(std::exchange(other.m_isNoted, false)),
      m_made(std::move(other.m_made)) {
    other.m_made.clear();
}

OwnedFolder& OwnedFolder::operator=(OwnedFolder&& other) noexcept {
    if (this == &other) return *this;
    release();
    m_path = std::move(other.m_path);
    m_folder = std::exchange(other.m_folder, -1);
    m_isNoted = std::exchange(other.m_isNoted, false);
    m_made = std::exchange(other.m_made, {});
    return *this;
}

OwnedFolder::~OwnedFolder() { release(); }

void OwnedFolder::letGo() {
    if (m_folder < 0) return;
    if (m_isNoted) unlinkat(m_folder, ownerFile.data(), 0);
    ::close(m_folder);
    m_folder = -1;
}

void OwnedFolder::release() {
    letGo();
    for (; !m_made.empty(); m_made.pop_back()) ::rmdir(m_made.back().c_str());
}

Result<void> OwnedFolder::lock() {
    m_folder = ::open(m_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m_folder < 0) return cannotBeOpened(m_path, errno);
    // Whoever has just taken it, or just lets go of it, has no note there for a moment.
    constexpr int tries = 10;
    for (int i = 0; flock(m_folder, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; ++i) {
        const std::string note = noteIn(m_path);
        if (i < tries && !note.ends_with("}\n")) {
            usleep(20'000);
            continue;
        }
        ::close(std::exchange(m_folder, -1));
        m_made.clear();  // it is theirs now
        return inUse(m_path, note);
    }
    return {};
}

/// For whoever finds the folder locked.
Result<void> OwnedFolder::noteOwner() {
    const int file =
        openat(m_folder, ownerFile.data(),
               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (file < 0 && (errno == EACCES || errno == EROFS)) return cannotBeOpened(m_path, errno);
    if (file < 0) return {};  // the note is only for people
    const std::string note =
        fmt::format("{{\"process\": \"{}\", \"program\": \"{}\", \"since\": \"{}\"}}\n", getpid(),
                    programName(), timeText());
    // Only for people: a disk that is full is told of where it matters.
    [[maybe_unused]] const ssize_t written = ::write(file, note.data(), note.size());
    ::close(file);
    m_isNoted = true;
    return {};
}

Result<OwnedFolder> OwnedFolder::make(const std::string& path,
                                      std::span<const std::string_view> leftovers) {
    OwnedFolder folder;
    folder.m_path = withoutSlashes(path);
    if (folder.m_path.empty()) return cannotBeMade(path, ENOENT);
    if (const int error = makeParents(folder.m_path, folder.m_made))
        return cannotBeMade(folder.m_path, error);
    if (mkdir(folder.m_path.c_str(), 0777) == 0)
        folder.m_made.push_back(folder.m_path);
    else if (errno != EEXIST)
        return cannotBeMade(folder.m_path, errno);
    VITRINE_TRY(folder.lock());
    const std::string contents = contentsOf(folder.m_path, leftovers);
    if (contents.empty()) {
        VITRINE_TRY(folder.noteOwner());
        return folder;
    }
    return Error{
        "U10",
        fmt::format("folder '{}' is not empty: it holds {}", shown(folder.m_path), contents),
        {},
        std::string(nothingChanged),
        "Name a folder that is not there yet."};
}

Result<OwnedFolder> OwnedFolder::makeFirstFree(const std::string& start, int number) {
    int attempts = 100;
    for (;; ++number) {
        OwnedFolder folder;
        folder.m_path = number == 0 ? start : fmt::format("{}-{}", start, number);
        if (const int error = makeParents(folder.m_path, folder.m_made))
            return cannotBeMade(folder.m_path, error);
        if (mkdir(folder.m_path.c_str(), 0777) == 0) {
            folder.m_made.push_back(folder.m_path);
            VITRINE_TRY(folder.lock());
            VITRINE_TRY(folder.noteOwner());
            return folder;
        }
        const int error = errno;
        folder.m_made.clear();
        // Somebody whose start failed may have taken the parent away.
        if (error == ENOENT && --attempts > 0) {
            --number;
            continue;
        }
        if (error != EEXIST) return cannotBeMade(folder.m_path, error);
        if (number == 0) number = 1;
    }
}

Result<OwnedFolder> OwnedFolder::take(const std::string& path) {
    OwnedFolder folder;
    folder.m_path = withoutSlashes(path);
    std::error_code failure;
    if (!fs::is_directory(folder.m_path, failure))
        return Error{"G01",
                     fmt::format("there is no folder '{}'", shown(path)),
                     {},
                     std::string(nothingChanged),
                     "Check its name."};
    VITRINE_TRY(folder.lock());
    VITRINE_TRY(folder.noteOwner());
    return folder;
}

bool OwnedFolder::isAt(const std::string& path) const {
    struct stat mine {
    }, there{};
    return fstat(m_folder, &mine) == 0 && stat(path.c_str(), &there) == 0 &&
           mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

std::string OwnedFolder::path() const {
    const std::lock_guard lock(*m_mutex);
    return m_path;
}

Result<std::string> OwnedFolder::place() {
    const std::lock_guard lock(*m_mutex);
    if (isAt(m_path)) return m_path;
    std::error_code failure;
    const std::string now = fs::read_symlink(fmt::format("/proc/self/fd/{}", m_folder), failure);
    if (!failure && isAt(now)) {
        m_path = now;
        return m_path;
    }
    struct stat mine {};
    if (fstat(m_folder, &mine) != 0 || mine.st_nlink > 0)
        return Error{"G08",
                     fmt::format("folder '{}' cannot be reached any more", shown(m_path)),
                     {},
                     "What is in it is as it was last written.",
                     "When it can be reached again, go on with --resume."};
    const bool isReplaced = fs::exists(m_path, failure);
    return Error{
        "G01",
        fmt::format("folder '{}' has been deleted{} while it was being written to", shown(m_path),
                    isReplaced ? ", and another one stands in its place," : ""),
        {},
        isReplaced ? "The other one was not touched." : "What was in it is gone.",
        "Start anew with another folder."};
}

}  // namespace vitrine
