// SPDX-License-Identifier: Apache-2.0
// Walks through folders by the system's own calls: a stat for each of a million files is what it
// costs, and nothing else.
#include "core/data/pictures/picture_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "core/base/file.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::array endings{".png", ".jpg", ".jpeg", ".jpe", ".bmp",  ".dib",
                             ".ppm", ".pgm", ".pnm",  ".tif", ".tiff", ".webp"};

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

std::string_view endingOf(std::string_view name) {
    const size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

Error unreadable(const std::string& path, int error) {
    return {"G12",
            fmt::format("'{}' cannot be read: {}", printable(path),
                        std::generic_category().message(error)),
            {{}, {}, path, 0},
            "Nothing was imported.",
            {}};
}

}  // namespace

std::string smallLetters(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return small;
}

bool isHiddenName(std::string_view name) { return name.starts_with('.'); }

bool isPictureName(std::string_view name) {
    return std::ranges::find(endings, smallLetters(endingOf(name))) != endings.end();
}

bool leadsOut(const fs::path& link, const fs::path& folder) {
    std::error_code failure;
    const fs::path target = fs::canonical(link, failure);
    const fs::path top = fs::canonical(folder, failure);
    return failure || target == top ||
           std::mismatch(top.begin(), top.end(), target.begin(), target.end()).first != top.end();
}

std::vector<std::string> foldersIn(const std::string& folder) {
    std::vector<std::string> folders;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        std::error_code ignored;
        std::string name = entry->path().filename().string();
        if (entry->is_directory(ignored) && !isHiddenName(name) &&
            !(entry->is_symlink(ignored) && leadsOut(entry->path(), folder)))
            folders.push_back(std::move(name));
    }
    std::ranges::sort(folders);
    return folders;
}

/// One folder's own; the folders in it are added to `inside`.
Result<void> PictureLister::addFolder(const std::string& in, int32_t label,
                                      std::vector<PictureFile>& files,
                                      std::vector<std::string>& inside) {
    const std::string path = in.empty() ? m_folder : m_folder + '/' + in;
    const std::unique_ptr<DIR, CloseFolder> opened(::opendir(path.c_str()));
    if (!opened) return unreadable(path, errno);
    const int folder = ::dirfd(opened.get());
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(opened.get());
        if (!entry && errno != 0) return unreadable(path, errno);
        if (!entry) return {};
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (m_stop.stop_requested()) return stoppedError();
        struct stat itself {};
        if (::fstatat(folder, entry->d_name, &itself, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (isHiddenName(name)) {
            ++m_passedOver.hidden;
            continue;
        }
        const std::string from = in.empty() ? std::string(name) : fmt::format("{}/{}", in, name);
        if (S_ISDIR(itself.st_mode)) {
            inside.push_back(from);
            continue;
        }
        if (!isPictureName(name)) {
            ++m_passedOver.endings[smallLetters(endingOf(name))];
            continue;
        }
        if (S_ISLNK(itself.st_mode)) {
            const bool isOut = leadsOut(m_folder + '/' + from, m_folder);
            m_passedOver.links += isOut;
            if (isOut || ::fstatat(folder, entry->d_name, &itself, 0) != 0) continue;
        }
        if (S_ISREG(itself.st_mode)) files.push_back({from, label, int64_t{itself.st_size}});
    }
}

Result<void> PictureLister::add(const std::string& in, int32_t label,
                                std::vector<PictureFile>& files) {
    const auto before = static_cast<std::ptrdiff_t>(files.size());
    std::vector<std::string> left{in};
    while (!left.empty()) {
        const std::string next = std::move(left.back());
        left.pop_back();
        VITRINE_TRY(addFolder(next, label, files, left));
    }
    std::ranges::sort(files.begin() + before, files.end(), {}, &PictureFile::path);
    return {};
}

}  // namespace vitrine
