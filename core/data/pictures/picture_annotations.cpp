// SPDX-License-Identifier: Apache-2.0
// Reads lines of names and classes.
#include "core/data/pictures/picture_annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "core/base/file.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

Error inLine(const std::string& file, int line, std::string code, std::string message) {
    return {std::move(code),
            fmt::format("'{}', line {}: {}", printable(file), line, message),
            {{}, {}, file, line},
            "Nothing was imported.",
            "Correct the line; it names a picture and its class, with a tab between."};
}

/// Names of files with their classes' numbers.
Result<std::unordered_map<std::string, int32_t>> readAnnotations(
    const std::string& file, const std::vector<std::string>& classes) {
    const auto bytes = readFile(file, {.bytes = int64_t{1} << 28});
    if (!bytes) return bytes.error();
    std::map<std::string_view, int32_t> numbers;
    for (size_t i = 0; i < classes.size(); ++i) numbers[classes[i]] = static_cast<int32_t>(i);
    std::unordered_map<std::string, int32_t> labels;
    std::string_view left(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    for (int line = 1; !left.empty(); ++line) {
        std::string_view text = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(left.size(), text.size() + 1));
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (text.empty()) continue;
        const size_t tab = text.find('\t');
        if (tab == std::string_view::npos)
            return inLine(file, line, "V01", fmt::format("'{}' has no tab", printable(text, 60)));
        std::string_view name = text.substr(tab + 1);
        name = name.substr(0, name.find('\t'));
        const auto number = numbers.find(name);
        if (number == numbers.end())
            return inLine(file, line, "V10",
                          fmt::format("class '{}' has no folder among those to train on",
                                      printable(name, 60)));
        labels.emplace(text.substr(0, tab), number->second);
    }
    return labels;
}

bool isWordNetNumber(std::string_view name) {
    return name.size() == 9 && name[0] == 'n' &&
           std::ranges::all_of(name.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string annotationsIn(const std::string& folder, const std::string& part) {
    std::error_code failure;
    const fs::path file = fs::path(folder) / part / (smallLetters(part) + "_annotations.txt");
    return fs::is_regular_file(file, failure) ? file.string() : std::string();
}

Result<Annotated> annotated(const std::string& annotations, std::vector<PictureFile> files,
                            const std::vector<std::string>& classes) {
    const auto labels = readAnnotations(annotations, classes);
    if (!labels) return labels.error();
    Annotated found;
    for (PictureFile& file : files) {
        const auto label = labels->find(fs::path(file.path).filename().string());
        if (label == labels->end()) {
            ++found.without;
            continue;
        }
        file.label = label->second;
        found.files.push_back(std::move(file));
    }
    return found;
}

std::vector<std::string> namedByWords(const std::string& folder, std::vector<std::string> classes) {
    if (!std::ranges::all_of(classes, isWordNetNumber)) return classes;
    std::map<std::string, std::string> words;
    std::ifstream stream(fs::path(folder) / "words.txt");
    const std::set<std::string> wanted(classes.begin(), classes.end());
    for (std::string line; std::getline(stream, line);) {
        const size_t tab = line.find('\t');
        if (tab == std::string::npos || !wanted.contains(line.substr(0, tab))) continue;
        const size_t end = std::min(line.find_first_of(",\r", tab), line.size());
        words[line.substr(0, tab)] = line.substr(tab + 1, end - tab - 1);
    }
    std::map<std::string, int> uses;
    for (const auto& [number, word] : words) ++uses[word];
    for (std::string& name : classes) {
        const auto word = words.find(name);
        if (word == words.end() || word->second.empty() || !isUtf8(word->second)) continue;
        name = uses[word->second] > 1 ? fmt::format("{} ({})", word->second, name) : word->second;
    }
    return classes;
}

}  // namespace vitrine
