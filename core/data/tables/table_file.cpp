// SPDX-License-Identifier: Apache-2.0
// Looks at names, and at a few lines.
#include "core/data/tables/table_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/base/gunzip.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view endings[] = {".csv", ".tsv", ".tab", ".txt", ".data", ".dat"};
constexpr std::string_view pictureEndings[] = {".png",  ".jpg", ".jpeg", ".bmp", ".ppm",
                                               ".webp", ".pgm", ".tif",  ".tiff"};
constexpr size_t mostFiles = 10'000;

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

bool hasTableEnding(const std::string& path) {
    std::string name = lower(path);
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    return std::ranges::any_of(endings, [&](std::string_view one) { return name.ends_with(one); });
}

bool isFile(const std::string& path) {
    std::error_code failure;
    return fs::is_regular_file(path, failure);
}

std::vector<std::string> tablesIn(const std::string& folder) {
    std::vector<std::string> tables;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end;
         !failure && entry != end && tables.size() < mostFiles; entry.increment(failure)) {
        const std::string path = entry->path().string();
        if (hasTableEnding(path) && !lower(path).ends_with(".txt") && isFile(path))
            tables.push_back(path);
    }
    std::ranges::sort(tables);
    return tables;
}

/// The path with `to` for the last `from` of its file's name; empty where it has none.
std::string renamed(const std::string& path, std::string_view from, std::string_view to) {
    const fs::path whole(path);
    std::string name = whole.filename().string();
    const size_t at = lower(name).rfind(from);
    if (at == std::string::npos) return {};
    const bool isCapital = std::isupper(static_cast<unsigned char>(name[at])) != 0;
    name.replace(at, from.size(), to);
    if (isCapital) name[at] = static_cast<char>(std::toupper(static_cast<unsigned char>(to[0])));
    return (whole.parent_path() / name).string();
}

bool namesPictures(std::string_view text) {
    const std::string small = lower(std::string(text));
    return std::ranges::any_of(pictureEndings, [&](std::string_view ending) {
        return small.find(ending) != std::string::npos;
    });
}

}  // namespace

Result<TableFile> openTable(const std::string& path, const std::stop_token& stop) {
    TableFile table{.path = path, .title = printable(fs::path(path).filename().string())};
    auto mapped = MappedFile::open(path);
    if (!mapped) return mapped.error();
    table.mapped = std::move(mapped).value();
    if (!isGzip(table.mapped->bytes())) return table;
    auto unpacked = gunzip(path, table.mapped->bytes(), {.stop = stop});
    if (!unpacked) return unpacked.error();
    table.unpacked = std::move(unpacked).value();
    table.mapped = nullptr;
    return table;
}

std::string tableAt(const std::string& path) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) return path;
    const std::vector<std::string> tables = tablesIn(path);
    if (tables.size() == 1) return tables.front();
    for (const std::string& table : tables)
        if (lower(fs::path(table).filename().string()).find("train") != std::string::npos)
            return table;
    return {};
}

std::string testTableBeside(const std::string& path) {
    const std::string other = renamed(path, "train", "test");
    return !other.empty() && isFile(other) ? other : std::string();
}

bool looksLikeTable(const std::string& path) {
    if (!hasTableEnding(path) || !isFile(path)) return false;
    std::vector<char> begin(1 << 16);
    std::ifstream file(path, std::ios::binary);
    file.read(begin.data(), std::ssize(begin));
    const std::string_view text(begin.data(), static_cast<size_t>(file.gcount()));
    if (lower(path).ends_with(".gz")) return isGzip(std::as_bytes(std::span(text)));
    return !text.empty() &&
           (text.size() == begin.size() || text.find('\n') != std::string_view::npos) &&
           text.find('\0') == std::string_view::npos && !namesPictures(text) &&
           text.find_first_of(",;\t|") != std::string_view::npos;
}

}  // namespace vitrine
