// SPDX-License-Identifier: Apache-2.0
// Walks through class folders, and shares their pictures out.
#include "core/data/pictures/picture_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/guard.h"
#include "core/base/rng.h"
#include "core/data/pictures/picture.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::array trainingNames{"train", "training"};
constexpr std::array testNames{"test", "testing", "val", "valid", "validation"};
constexpr std::array endings{".png", ".jpg", ".jpeg", ".jpe", ".bmp",  ".dib",
                             ".ppm", ".pgm", ".pnm",  ".tif", ".tiff", ".webp"};
constexpr std::string_view wanted =
    "wanted one folder of pictures for each class (cat/a.png, dog/b.png, …), or train and test "
    "folders with these inside";

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

bool isHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

bool isNamedPicture(const fs::path& path) {
    return std::ranges::find(endings, lower(path.extension().string())) != endings.end();
}

/// A link to something that is not in the folder.
bool leadsOut(const fs::directory_entry& entry, const fs::path& folder) {
    std::error_code failure;
    if (!entry.is_symlink(failure)) return false;
    const fs::path target = fs::canonical(entry.path(), failure);
    const fs::path top = fs::canonical(folder, failure);
    return failure || target == top ||
           std::mismatch(top.begin(), top.end(), target.begin(), target.end()).first != top.end();
}

/// Folders in a folder, in the order of their names' bytes.
std::vector<fs::path> foldersIn(const fs::path& folder) {
    std::vector<fs::path> folders;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure))
        if (entry->is_directory(failure) && !isHidden(entry->path()) && !leadsOut(*entry, folder))
            folders.push_back(entry->path());
    std::ranges::sort(folders, {}, [](const fs::path& path) { return path.filename().string(); });
    return folders;
}

template <size_t count>
const fs::path* named(const std::vector<fs::path>& folders,
                      const std::array<const char*, count>& names) {
    for (const char* name : names)
        for (const fs::path& folder : folders)
            if (lower(folder.filename().string()) == name) return &folder;
    return nullptr;
}

class Lister {
  public:
    Lister(const std::string& folder, PictureFolder& found, const std::stop_token& stop)
        : m_folder(folder), m_found(found), m_stop(stop) {}

    /// The pictures of a class, also those in folders of its folder.
    Result<void> add(const fs::path& classFolder, int32_t label, std::vector<PictureFile>& to) {
        const size_t before = to.size();
        std::error_code failure;
        fs::recursive_directory_iterator entry(classFolder, failure), end;
        for (; !failure && entry != end; entry.increment(failure)) {
            if (m_stop.stop_requested()) return stoppedError();
            std::error_code ignored;
            if (entry->is_directory(ignored)) continue;
            const bool isOther = !isHidden(entry->path()) && !isNamedPicture(entry->path());
            if (isOther) ++m_found.endings[lower(entry->path().extension().string())];
            if (isOther || isHidden(entry->path()) || leadsOut(*entry, m_folder))
                ++m_found.passedOver;
            else
                to.push_back({entry->path().lexically_relative(m_folder).string(), label});
        }
        if (failure)
            return Error{"G12",
                         fmt::format("'{}' cannot be read: {}", printable(classFolder.string()),
                                     failure.message()),
                         {{}, {}, classFolder.string(), 0},
                         "Nothing was imported.",
                         {}};
        std::sort(to.begin() + static_cast<std::ptrdiff_t>(before), to.end(),
                  [](const PictureFile& a, const PictureFile& b) { return a.path < b.path; });
        return {};
    }

  private:
    const fs::path m_folder;
    PictureFolder& m_found;
    const std::stop_token& m_stop;
};

Error noLayout(const std::string& folder, std::string what) {
    return {"M01",
            fmt::format("'{}' {}; {}", printable(folder), what, wanted),
            {{}, "data.folder", folder, 0},
            "Nothing was imported.",
            "Choose the folder that holds the class folders."};
}

/// A class that only one of the parts has is a class all the same.
void addClasses(const std::vector<fs::path>& folders, std::vector<std::string>& classes) {
    for (const fs::path& folder : folders) classes.push_back(folder.filename().string());
    std::ranges::sort(classes);
    const auto [first, last] = std::ranges::unique(classes);
    classes.erase(first, last);
}

}  // namespace

Result<PictureFolder> listPictureFolder(const std::string& folder, const std::stop_token& stop) {
    std::error_code failure;
    if (!fs::is_directory(folder, failure)) return noLayout(folder, "is no folder");
    const std::vector<fs::path> folders = foldersIn(folder);
    const fs::path *train = named(folders, trainingNames), *test = named(folders, testNames);
    PictureFolder found;
    found.hasParts = train && test;
    struct Part {
        std::vector<fs::path> folders;
        std::vector<PictureFile>* files;
    };
    std::vector<Part> parts;
    if (found.hasParts)
        parts = {{foldersIn(*train), &found.train}, {foldersIn(*test), &found.test}};
    else
        parts = {{train ? foldersIn(*train) : folders, &found.train}};
    for (const Part& part : parts) addClasses(part.folders, found.classes);
    Lister lister(folder, found, stop);
    for (const Part& part : parts)
        for (const fs::path& each : part.folders) {
            const auto place = std::ranges::find(found.classes, each.filename().string());
            const auto label = static_cast<int32_t>(place - found.classes.begin());
            VITRINE_TRY(lister.add(each, label, *part.files));
        }
    if (found.classes.empty()) return noLayout(folder, "has no folders in it");
    if (found.train.empty())
        return noLayout(folder, fmt::format("has {} folders without a {} picture to train on",
                                            found.classes.size(), pictureKinds));
    for (size_t label = 0; label < found.classes.size(); ++label) {
        const auto isOf = [&](const PictureFile& file) {
            return file.label == static_cast<int32_t>(label);
        };
        if (std::ranges::none_of(found.train, isOf) && std::ranges::none_of(found.test, isOf))
            found.emptyClasses.push_back(found.classes[label]);
    }
    if (found.classes.size() == 1)
        return noLayout(folder, fmt::format("has pictures of one class only, '{}'",
                                            printable(found.classes[0], 60)));
    return found;
}

bool isPictureFolder(const std::string& folder) {
    constexpr int mostLooked = 200;
    std::vector<fs::path> folders = foldersIn(folder);
    if (const fs::path* train = named(folders, trainingNames)) folders = foldersIn(*train);
    if (folders.size() < 2) return false;
    std::error_code failure;
    int looked = 0;
    for (fs::recursive_directory_iterator entry(folders.front(), failure), end;
         !failure && entry != end && looked < mostLooked; entry.increment(failure), ++looked)
        if (isNamedPicture(entry->path()) && !isHidden(entry->path())) return true;
    return false;
}

void splitByClass(PictureFolder& pictures, double testShare, uint64_t seed) {
    std::vector<std::vector<PictureFile>> byClass(pictures.classes.size());
    for (PictureFile& file : pictures.train)
        byClass[static_cast<size_t>(file.label)].push_back(std::move(file));
    pictures.train.clear();
    for (size_t label = 0; label < byClass.size(); ++label) {
        std::vector<PictureFile>& files = byClass[label];
        std::vector<size_t> order(files.size());
        for (size_t i = 0; i < order.size(); ++i) order[i] = i;
        Rng rng(seed, RngStream::Shuffle, 0x5eed0000 + label);
        for (size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[rng.below(static_cast<uint32_t>(i))]);
        const auto count = static_cast<double>(files.size());
        const auto tested = static_cast<size_t>(
            std::clamp(std::round(testShare * count), 0.0, std::max(0.0, count - 1)));
        std::vector<char> isTested(files.size());
        for (size_t i = 0; i < tested; ++i) isTested[order[i]] = 1;
        for (size_t i = 0; i < files.size(); ++i)
            (isTested[i] ? pictures.test : pictures.train).push_back(std::move(files[i]));
    }
}

}  // namespace vitrine
