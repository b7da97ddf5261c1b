// SPDX-License-Identifier: Apache-2.0
// Finds parts and classes in a folder, and shares its pictures out.
#include "core/data/pictures/picture_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iterator>

#include "core/base/file.h"
#include "core/base/rng.h"
#include "core/data/pictures/picture_annotations.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::array trainingNames{"train", "training"};
constexpr std::array validationNames{"val", "valid", "validation"};
constexpr std::array testNames{"test", "testing"};
constexpr std::string_view wanted =
    "wanted one folder of pictures for each class (cat/a.png, dog/b.png, …), or train, val and "
    "test folders with these inside";

Error noLayout(const std::string& folder, std::string what) {
    return {"M01",
            fmt::format("'{}' {}; {}", printable(folder), what, wanted),
            {{}, "data.folder", folder, 0},
            "Nothing was imported.",
            "Choose the folder that holds the class folders."};
}

/// The folder that is called so, in whatever letters; empty: there is none.
template <size_t count>
std::string named(const std::vector<std::string>& folders,
                  const std::array<const char*, count>& names) {
    for (const char* name : names)
        for (const std::string& folder : folders)
            if (smallLetters(folder) == name) return folder;
    return {};
}

/// A part of the data: a folder with class folders, or with annotations.
struct Part {
    std::string name;                       ///< of its folder; empty: the data's own
    std::vector<std::string> folders = {};  ///< in it
    std::string annotations = {};
    bool isThere() const { return !folders.empty(); }
};

/// Nothing where its pictures have no class: folders that are none of those to train on.
Part partIn(const std::string& folder, const std::string& name, const Part& train) {
    if (name.empty()) return {};
    Part part{name, foldersIn((fs::path(folder) / name).string()), annotationsIn(folder, name)};
    const bool isClass = std::ranges::any_of(part.folders, [&](const std::string& one) {
        return std::ranges::find(train.folders, one) != train.folders.end();
    });
    if (isClass) part.annotations.clear();
    return isClass || !part.annotations.empty() ? part : Part{};
}

struct Parts {
    Part train, test, aside;
};

Parts partsOf(const std::string& folder, MeasuredOn measuredOn) {
    const std::vector<std::string> folders = foldersIn(folder);
    const std::string train = named(folders, trainingNames);
    Parts parts;
    parts.train = train.empty() ? Part{{}, folders}
                                : Part{train, foldersIn((fs::path(folder) / train).string())};
    if (train.empty()) return parts;
    Part validation = partIn(folder, named(folders, validationNames), parts.train);
    Part test = partIn(folder, named(folders, testNames), parts.train);
    const bool isFirst =
        measuredOn == MeasuredOn::Validation ? validation.isThere() : !test.isThere();
    parts.test = isFirst ? std::move(validation) : std::move(test);
    parts.aside = isFirst ? std::move(test) : std::move(validation);
    return parts;
}

class Lister {
  public:
    Lister(const std::string& folder, const std::stop_token& stop, PictureFolder& found)
        : m_folder(folder), m_found(found), m_lister(folder, stop, found.passedOver) {}

    Result<void> add(const Part& part, std::vector<PictureFile>& to) {
        if (!part.annotations.empty()) return addAnnotated(part, to);
        for (const std::string& name : part.folders) {
            const auto place = std::ranges::lower_bound(m_found.classes, name);
            const auto label = static_cast<int32_t>(place - m_found.classes.begin());
            VITRINE_TRY(m_lister.add(part.name.empty() ? name : part.name + '/' + name, label, to));
        }
        return {};
    }

  private:
    Result<void> addAnnotated(const Part& part, std::vector<PictureFile>& to) {
        std::vector<PictureFile> files;
        PassedOver ignored;  // the annotations themselves
        VITRINE_TRY(PictureLister(m_folder, {}, ignored).add(part.name, 0, files));
        auto found = annotated(part.annotations, std::move(files), m_found.classes);
        if (!found) return found.error();
        m_found.withoutClass += found->without;
        std::ranges::move(found->files, std::back_inserter(to));
        return {};
    }

    const std::string m_folder;
    PictureFolder& m_found;
    PictureLister m_lister;
};

/// Of both parts: a class that only one of them has is a class all the same.
std::vector<std::string> classesOf(const Parts& parts) {
    std::vector<std::string> classes = parts.train.folders;
    if (parts.test.annotations.empty())
        classes.insert(classes.end(), parts.test.folders.begin(), parts.test.folders.end());
    std::ranges::sort(classes);
    const auto [first, last] = std::ranges::unique(classes);
    classes.erase(first, last);
    return classes;
}

std::vector<std::string> emptyClasses(const PictureFolder& found) {
    std::vector<int64_t> counts(found.classes.size());
    for (const auto* files : {&found.train, &found.test})
        for (const PictureFile& file : *files) ++counts[static_cast<size_t>(file.label)];
    std::vector<std::string> empty;
    for (size_t i = 0; i < counts.size(); ++i)
        if (counts[i] == 0) empty.push_back(found.classes[i]);
    return empty;
}

}  // namespace

Result<PictureFolder> listPictureFolder(const std::string& folder, const std::stop_token& stop,
                                        MeasuredOn measuredOn) {
    std::error_code failure;
    if (!fs::is_directory(folder, failure)) return noLayout(folder, "is no folder");
    const Parts parts = partsOf(folder, measuredOn);
    PictureFolder found;
    found.hasParts = parts.test.isThere();
    found.leftAside = parts.aside.name;
    found.classes = classesOf(parts);
    if (found.classes.empty()) return noLayout(folder, "has no folders in it");
    Lister lister(folder, stop, found);
    VITRINE_TRY(lister.add(parts.train, found.train));
    VITRINE_TRY(lister.add(parts.test, found.test));
    if (found.train.empty())
        return noLayout(folder, fmt::format("has {} folders without a PNG, JPEG, BMP, PPM, PGM, "
                                            "TIFF or WebP picture to train on",
                                            found.classes.size()));
    if (found.classes.size() == 1)
        return noLayout(folder, fmt::format("has pictures of one class only, '{}'",
                                            printable(found.classes[0], 60)));
    found.classes = namedByWords(folder, std::move(found.classes));
    found.emptyClasses = emptyClasses(found);
    return found;
}

bool isPictureFolder(const std::string& folder) {
    constexpr int mostLooked = 200;
    const Part train = partsOf(folder, MeasuredOn::Validation).train;
    if (train.folders.size() < 2) return false;
    std::error_code failure;
    int looked = 0;
    for (fs::recursive_directory_iterator
             entry(fs::path(folder) / train.name / train.folders.front(), failure),
         end;
         !failure && entry != end && looked < mostLooked; entry.increment(failure), ++looked) {
        const std::string name = entry->path().filename().string();
        if (isPictureName(name) && !isHiddenName(name)) return true;
    }
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
