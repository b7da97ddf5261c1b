// SPDX-License-Identifier: Apache-2.0
// Reading of safetensors files where they lie; checksums of those of our own.
#include "core/io/safetensors.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/content_kind.h"
#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/gunzip.h"
#include "core/base/sha256.h"
#include "core/io/safetensors_hash.h"
#include "core/io/safetensors_header.h"

namespace vitrine {

namespace {

constexpr int64_t lengthBytes = safetensorsLengthBytes;
constexpr int64_t longestHeader = 100'000'000;

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Error atFile(Error error, const std::string& path) {
    error.message = fmt::format("'{}': {}", printable(path), error.message);
    error.place.file = path;
    return error;
}

Error damaged(std::string_view part, const std::string& wanted, const std::string& found) {
    const auto shown = [](const std::string& hash) {
        return hash.empty() ? "missing" : fmt::format("{}…", printable(hash.substr(0, 12)));
    };
    return {
        "C01",
        fmt::format("the {} is damaged: its SHA-256 is {}, the one in the file is {}", part,
                    found.empty() ? "unknown" : shown(found), shown(wanted)),
        {},
        "Nothing was loaded.",
        "Use an older file. If another program changed this one on purpose, let it leave out the "
        "metadata that begin with 'vitrine.'."};
}

/// Length of the header, which is in the file and not over the cap.
Result<int64_t> headerLength(std::span<const std::byte> bytes) {
    const auto size = static_cast<int64_t>(bytes.size());
    if (size < lengthBytes)
        return safetensorsError("W01", "", fmt::format("it has only {}", countOf(size, "byte")));
    uint64_t little = 0, big = 0;
    for (size_t i = 0; i < static_cast<size_t>(lengthBytes); ++i) {
        little |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
        big = big << 8 | std::to_integer<uint64_t>(bytes[i]);
    }
    const auto rest = static_cast<uint64_t>(size - lengthBytes);
    if (little > rest && big > 0 && big <= rest)
        return safetensorsUnsupported(
            "W13", "", "its header length is written big-endian",
            "Save it anew with a current safetensors library: it writes little-endian files.");
    if (little > rest)
        return safetensorsError(
            "W01", "",
            fmt::format("its header should have {} bytes, {} are there: it is cut short, or no "
                        "safetensors file",
                        little, rest));
    if (little > static_cast<uint64_t>(longestHeader))
        return safetensorsUnsupported(
            "W02", "",
            fmt::format("its header has {}, at most {} are accepted",
                        sizeText(static_cast<int64_t>(little)), sizeText(longestHeader)),
            "Save the tensors that the network needs in a file of their own.");
    return static_cast<int64_t>(little);
}

std::string metadataOf(const std::map<std::string, std::string>& metadata, std::string_view key) {
    const auto found = metadata.find(std::string(key));
    return found == metadata.end() ? std::string() : found->second;
}

/// Our own files carry a version and two hashes; files of other programs carry none.
bool isOurs(const std::map<std::string, std::string>& metadata) {
    return !(metadataOf(metadata, safetensorsVersionKey).empty() &&
             metadataOf(metadata, safetensorsDataHashKey).empty() &&
             metadataOf(metadata, safetensorsHeaderHashKey).empty());
}

Result<void> checkHeaderOf(const std::map<std::string, std::string>& metadata,
                           std::string_view header) {
    if (!isOurs(metadata)) return {};
    const std::string version = metadataOf(metadata, safetensorsVersionKey),
                      wanted = metadataOf(metadata, safetensorsHeaderHashKey);
    const size_t hashAt = headerHashAt(header);
    const std::string found =
        hashAt == std::string_view::npos ? std::string() : headerHash(header, hashAt);
    // A newer version may hash in another way: say so instead of calling it damaged.
    if (!version.empty() && version != std::to_string(safetensorsVersion) && found == wanted)
        return safetensorsUnsupported("W13", "",
                                      fmt::format("a newer program made it: version {}, this "
                                                  "program knows {}",
                                                  printable(version, 20), safetensorsVersion),
                                      "Use it with a newer Vitrine.");
    if (found.empty() || found != wanted) return damaged("header", wanted, found);
    return {};
}

bool beginsWithText(std::span<const std::byte> bytes) {
    const std::string_view begin = textOf(bytes).substr(0, lengthBytes);
    return begin.size() == lengthBytes && std::ranges::all_of(begin, [](char c) {
               return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r');
           });
}

/// A file that is no safetensors file may be something that has a name. Only where no header
/// begins: its length may look like any signature.
Error withContent(Error error, const std::string& path, std::span<const std::byte> bytes) {
    if (textOf(bytes).substr(0, lengthBytes + 1).find('{', lengthBytes) == lengthBytes)
        return error;
    std::string_view kind = contentKind(bytes);
    if (kind.empty() && beginsWithText(bytes)) kind = "text";
    if (kind.empty()) return error;
    Error named =
        isGzip(bytes)
            ? readError(path, "G10", "it holds gzip data, wanted safetensors",
                        "Unpack it first, with gunzip.")
            : readError(path, "G05", fmt::format("it holds {}, wanted safetensors", kind),
                        "Name a .safetensors file, or save one with the program that made "
                        "this file.");
    named.kept = "Nothing was loaded.";
    return named;
}

void addTensor(SafetensorsFile& file, TensorEntry& entry) {
    const auto begin = static_cast<size_t>(entry.begin), end = static_cast<size_t>(entry.end);
    const auto bytes = file.data.subspan(begin, end - begin);
    const auto dtype = dtypeFromSafetensors(entry.dtype);
    if (dtype && entry.shape.size() <= Shape::maxRank)
        file.tensors.push_back(
            {std::move(entry.name), *dtype, Shape{std::span<const int64_t>(entry.shape)}, bytes});
    else
        file.foreign.push_back(
            {std::move(entry.name), std::move(entry.dtype), std::move(entry.shape), bytes});
}

Result<SafetensorsFile> parseBytes(const std::string& path, std::span<const std::byte> bytes) {
    const auto length = headerLength(bytes);
    if (!length) return withContent(length.error(), path, bytes);
    const int64_t dataStart = lengthBytes + *length;
    const std::string_view header = textOf(bytes).substr(lengthBytes, static_cast<size_t>(*length));
    SafetensorsFile file;
    file.data = bytes.subspan(static_cast<size_t>(dataStart));
    auto parsed = parseSafetensorsHeader(header, dataStart, std::ssize(file.data));
    if (!parsed)
        return header.starts_with('{') ? parsed.error() : withContent(parsed.error(), path, bytes);
    VITRINE_TRY(checkHeaderOf(parsed->metadata, header));
    for (TensorEntry& entry : parsed->tensors) addTensor(file, entry);
    file.metadata = std::move(parsed->metadata);
    return file;
}

}  // namespace

Result<SafetensorsFile> parseSafetensors(const std::string& title,
                                         std::span<const std::byte> bytes) {
    auto file = parseBytes(title, bytes);
    if (!file && file.error().place.file.empty()) return atFile(file.error(), title);
    if (file) file->path = title;
    return file;
}

Result<SafetensorsFile> openSafetensors(const std::string& path) {
    const auto mapped = MappedFile::open(path);
    if (!mapped) return mapped.error();
    auto file = parseSafetensors(path, (*mapped)->bytes());
    if (const auto changed = (*mapped)->trouble()) return *changed;
    if (file) file->file = *mapped;
    return file;
}

Result<void> checkDataOf(const SafetensorsFile& file) {
    if (!isOurs(file.metadata)) return {};
    const std::string wanted = metadataOf(file.metadata, safetensorsDataHashKey),
                      found = sha256Hex(file.data);
    if (const auto changed = file.trouble()) return *changed;
    if (found != wanted) return atFile(damaged("data section", wanted, found), file.path);
    return {};
}

Result<SafetensorsFile> loadSafetensors(const std::string& path) {
    auto file = openSafetensors(path);
    if (file) VITRINE_TRY(checkDataOf(*file));
    return file;
}

const TensorView* SafetensorsFile::find(std::string_view name) const {
    const auto found = std::ranges::find(tensors, name, &TensorView::name);
    return found == tensors.end() ? nullptr : &*found;
}

std::optional<Error> SafetensorsFile::trouble() const {
    return file ? file->trouble() : std::nullopt;
}

}  // namespace vitrine
