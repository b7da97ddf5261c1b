// SPDX-License-Identifier: Apache-2.0
// Looks for a pair of files that differ in "train" and "test" alone, each with its labels.
#include "core/data/idx/idx_names.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "core/data/idx/idx_files.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr size_t mostFiles = 10'000;
constexpr std::string_view fashion[] = {"T-shirt/top", "Trouser",   "Pullover", "Dress",
                                        "Coat",        "Sandal",    "Shirt",    "Sneaker",
                                        "Bag",         "Ankle boot"};
constexpr std::string_view kuzushiji[] = {"o",  "ki", "su", "tsu", "na",
                                          "ha", "ma", "ya", "re",  "wo"};
constexpr std::string_view upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view lowerLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view lettersOfTheirOwn = "abdefghnqrt";  // that look otherwise than capitals

struct Relative {
    std::string_view word;  ///< in the name of a file or of its folder
    std::string_view names;
    int64_t classes, firstLabel;
    bool isTransposed;
};
/// The first that fits.
constexpr Relative relatives[] = {
    {"emnist-letters", "letters", 26, 1, true},
    {"emnist-balanced", "letters_and_digits", 47, 0, true},
    {"emnist-bymerge", "letters_and_digits", 47, 0, true},
    {"emnist-byclass", "all_characters", 62, 0, true},
    {"emnist-digits", "numbers", 10, 0, true},
    {"emnist-mnist", "numbers", 10, 0, true},
    {"fashion", "fashion", 10, 0, false},
    {"kmnist", "kuzushiji", 10, 0, false},
    {"kuzushiji", "kuzushiji", 10, 0, false},
};

std::string plainSpelling(std::string text) {
    for (char& c : text)
        c = c == '_' || c == '.' ? '-'
                                 : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::vector<std::string> namesIn(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end;
         !failure && entry != end && names.size() < mostFiles; entry.increment(failure))
        names.push_back(entry->path().filename().string());
    std::ranges::sort(names);
    return names;
}

/// `name` with `to` for the first `from`; empty where it has none.
std::string replaced(std::string name, std::string_view from, std::string_view to) {
    const size_t at = name.find(from);
    if (at == std::string::npos) return {};
    return name.replace(at, from.size(), to);
}

/// A file that lies there under one of these names.
std::string firstThere(const std::string& folder, std::span<const std::string> names) {
    for (const std::string& name : names)
        if (!name.empty() && findIdxFile(folder, name).ok()) return name;
    return {};
}

std::string labelsOf(const std::string& folder, const std::string& images) {
    const std::string labels = replaced(images, "images", "labels");
    const std::array<std::string, 3> names{replaced(labels, "idx3-ubyte", "idx1-ubyte"),
                                           replaced(labels, "idx3-ubyte", "idx2-int"), labels};
    return firstThere(folder, names);
}

std::string testImagesOf(const std::string& folder, const std::string& train) {
    const std::array<std::string, 2> names{replaced(train, "train", "test"),
                                           replaced(train, "train", "t10k")};
    return firstThere(folder, names);
}

/// Name of the folder that is called after the set: torchvision puts files into `raw` inside of it.
std::string setFolder(const std::string& folder) {
    std::error_code failure;
    fs::path path = fs::weakly_canonical(folder, failure);
    if (path.filename() == "raw") path = path.parent_path();
    return path.filename().string();
}

std::string withoutPacking(std::string name) {
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    return name;
}

void addSingleLetters(std::string_view letters, std::vector<std::string>& names) {
    for (const char c : letters) names.emplace_back(1, c);
}

}  // namespace

std::vector<std::string> idxClassNames(std::string_view choice) {
    std::vector<std::string> names;
    if (choice == "fashion") names.assign(std::begin(fashion), std::end(fashion));
    if (choice == "kuzushiji") names.assign(std::begin(kuzushiji), std::end(kuzushiji));
    if (choice == "letters") addSingleLetters(upperLetters, names);
    if (choice == "letters_and_digits" || choice == "all_characters") {
        addSingleLetters(digits, names);
        addSingleLetters(upperLetters, names);
        addSingleLetters(choice == "all_characters" ? lowerLetters : lettersOfTheirOwn, names);
    }
    return names;
}

std::optional<IdxSet> knownIdxSet(const std::string& folder) {
    for (const std::string& file : namesIn(folder)) {
        IdxSet set{.trainImages = withoutPacking(file)};
        if (file.find("train") == std::string::npos || file.find("images") == std::string::npos)
            continue;
        set.trainLabels = labelsOf(folder, set.trainImages);
        set.testImages = testImagesOf(folder, set.trainImages);
        set.testLabels = set.testImages.empty() ? "" : labelsOf(folder, set.testImages);
        if (set.trainLabels.empty() || set.testLabels.empty()) continue;
        const std::string spelt = plainSpelling(file) + " " + plainSpelling(setFolder(folder));
        for (const Relative& one : relatives) {
            if (spelt.find(one.word) == std::string::npos) continue;
            set.names = one.names;
            set.classes = one.classes;
            set.firstLabel = one.firstLabel;
            set.isTransposed = one.isTransposed;
            break;
        }
        return set;
    }
    return {};
}

}  // namespace vitrine
