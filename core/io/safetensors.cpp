// SPDX-License-Identifier: Apache-2.0
// Writing and reading of safetensors files, with checksums of both of their parts.
#include "core/io/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/content_kind.h"
#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/gunzip.h"
#include "core/base/sha256.h"
#include "core/io/safetensors_header.h"

namespace vitrine {

namespace {

constexpr int64_t lengthBytes = 8, dataAlignment = 64;
constexpr int64_t longestHeader = 100'000'000;
constexpr int64_t largestFile = int64_t{1} << 44;
constexpr int knownVersion = 1;
constexpr std::string_view versionKey = "vitrine.version", dataHashKey = "vitrine.sha256",
                           headerHashKey = "vitrine.header_sha256";
const std::string noHash(64, '0');

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

/// Where the header's own hash stands in it: 64 digits that count as zeros when it is computed.
/// npos where there is none.
size_t headerHashAt(std::string_view header) {
    const std::string before = fmt::format("\"{}\":\"", headerHashKey);
    const size_t found = header.find(before);
    if (found == std::string_view::npos) return found;
    const size_t at = found + before.size();
    return at + noHash.size() <= header.size() ? at : std::string_view::npos;
}

std::string headerHash(std::string_view header, size_t hashAt) {
    Sha256 hash;
    hash.add(std::as_bytes(std::span(header.substr(0, hashAt))));
    hash.add(std::as_bytes(std::span(noHash)));
    hash.add(std::as_bytes(std::span(header.substr(hashAt + noHash.size()))));
    return hash.hex();
}

Result<void> checkForSaving(std::span<const TensorView> tensors) {
    std::set<std::string_view> names;
    for (const TensorView& tensor : tensors) {
        if (const Result<void> checked = checkTensorName(tensor.name); !checked) {
            Error error = checked.error();
            error.kept = "Nothing was saved.";
            error.next = "Give the node that it belongs to another name.";
            return error;
        }
        VITRINE_CHECK(names.insert(tensor.name).second, "tensors in a file have different names");
        VITRINE_CHECK(static_cast<int64_t>(tensor.bytes.size()) ==
                          bytesOf(tensor.dtype, tensor.shape.elements()),
                      "a tensor has the bytes of its shape");
    }
    return {};
}

/// Largest elements first: the format allows no gaps, and so every tensor is aligned.
std::vector<const TensorView*> fileOrder(std::span<const TensorView> tensors) {
    std::vector<const TensorView*> order;
    for (const TensorView& tensor : tensors) order.push_back(&tensor);
    std::ranges::stable_sort(
        order, [](int64_t a, int64_t b) { return a > b; },
        [](const TensorView* tensor) { return sizeOf(tensor->dtype); });
    return order;
}

std::string dataHash(std::span<const TensorView* const> tensors) {
    Sha256 hash;
    for (const TensorView* tensor : tensors) hash.add(tensor->bytes);
    return hash.hex();
}

/// The header, padded so that the data begin at a multiple of 64, with its own hash in place.
std::string headerText(std::span<const TensorView* const> tensors,
                       std::map<std::string, std::string> metadata) {
    metadata[std::string(versionKey)] = std::to_string(knownVersion);
    metadata[std::string(dataHashKey)] = dataHash(tensors);
    metadata[std::string(headerHashKey)] = noHash;
    nlohmann::ordered_json json;
    json["__metadata__"] = metadata;
    int64_t at = 0;
    for (const TensorView* tensor : tensors) {
        const auto size = static_cast<int64_t>(tensor->bytes.size());
        json[tensor->name] = {{"dtype", safetensorsName(tensor->dtype)},
                              {"shape", std::vector<int64_t>(tensor->shape.dims().begin(),
                                                             tensor->shape.dims().end())},
                              {"data_offsets", {at, at + size}}};
        at += size;
    }
    std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const size_t unpadded = static_cast<size_t>(lengthBytes) + text.size();
    text.append((dataAlignment - unpadded % dataAlignment) % dataAlignment, ' ');
    const size_t hashAt = headerHashAt(text);
    text.replace(hashAt, noHash.size(), headerHash(text, hashAt));
    return text;
}

std::array<unsigned char, lengthBytes> littleEndian(uint64_t value) {
    std::array<unsigned char, lengthBytes> bytes{};
    for (unsigned char& byte : bytes) {
        byte = static_cast<unsigned char>(value);
        value >>= 8;
    }
    return bytes;
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

/// Our own files carry a version and two hashes; files of other programs carry none.
Result<void> checkOurs(const std::map<std::string, std::string>& metadata, std::string_view header,
                       std::span<const std::byte> data) {
    const auto value = [&](std::string_view key) {
        const auto found = metadata.find(std::string(key));
        return found == metadata.end() ? std::string() : found->second;
    };
    const std::string version = value(versionKey), wantedData = value(dataHashKey),
                      wantedHeader = value(headerHashKey);
    if (version.empty() && wantedData.empty() && wantedHeader.empty()) return {};
    const size_t hashAt = headerHashAt(header);
    const std::string foundHeader =
        hashAt == std::string_view::npos ? std::string() : headerHash(header, hashAt);
    // A newer version may hash in another way: say so instead of calling it damaged.
    if (!version.empty() && version != std::to_string(knownVersion) && foundHeader == wantedHeader)
        return safetensorsUnsupported("W13", "",
                                      fmt::format("a newer program made it: version {}, this "
                                                  "program knows {}",
                                                  printable(version, 20), knownVersion),
                                      "Use it with a newer Vitrine.");
    if (foundHeader.empty() || foundHeader != wantedHeader)
        return damaged("header", wantedHeader, foundHeader);
    const std::string foundData = sha256Hex(data);
    if (foundData != wantedData) return damaged("data section", wantedData, foundData);
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

void addTensor(SafetensorsFile& file, TensorEntry& entry, std::span<const std::byte> data) {
    const auto dtype = dtypeFromSafetensors(entry.dtype);
    if (!dtype || entry.shape.size() > Shape::maxRank) {
        file.foreign.push_back(
            {std::move(entry.name), std::move(entry.dtype), std::move(entry.shape)});
        return;
    }
    const auto begin = static_cast<size_t>(entry.begin), end = static_cast<size_t>(entry.end);
    file.tensors.push_back({std::move(entry.name), *dtype,
                            Shape{std::span<const int64_t>(entry.shape)},
                            data.subspan(begin, end - begin)});
}

Result<SafetensorsFile> parseFile(const std::string& path, std::vector<std::byte> bytes) {
    const auto length = headerLength(bytes);
    if (!length) return withContent(length.error(), path, bytes);
    const int64_t dataStart = lengthBytes + *length;
    const auto all = std::span<const std::byte>(bytes);
    const std::string_view header = textOf(all).substr(lengthBytes, static_cast<size_t>(*length));
    const auto data = all.subspan(static_cast<size_t>(dataStart));

    auto parsed = parseSafetensorsHeader(header, dataStart, static_cast<int64_t>(data.size()));
    if (!parsed)
        return header.starts_with('{') ? parsed.error() : withContent(parsed.error(), path, bytes);
    VITRINE_TRY(checkOurs(parsed->metadata, header, data));
    SafetensorsFile file;
    for (TensorEntry& entry : parsed->tensors) addTensor(file, entry, data);
    file.metadata = std::move(parsed->metadata);
    file.bytes = std::move(bytes);  // keeps its address, so the tensors' spans stay right
    return file;
}

}  // namespace

Result<void> saveSafetensors(const std::string& path, std::span<const TensorView> tensors,
                             const std::map<std::string, std::string>& metadata) {
    VITRINE_TRY(checkForSaving(tensors));
    const std::vector<const TensorView*> order = fileOrder(tensors);
    const std::string header = headerText(order, metadata);
    const auto length = littleEndian(header.size());
    const auto headerSize = static_cast<int64_t>(header.size());
    int64_t total = lengthBytes + headerSize;
    for (const TensorView& tensor : tensors) total += static_cast<int64_t>(tensor.bytes.size());

    AtomicFile file(path);
    VITRINE_TRY(file.open(total));
    VITRINE_TRY(file.write(length.data(), lengthBytes));
    VITRINE_TRY(file.write(header.data(), headerSize));
    for (const TensorView* tensor : order)
        VITRINE_TRY(file.write(tensor->bytes.data(), static_cast<int64_t>(tensor->bytes.size())));
    return file.commit();
}

Result<SafetensorsFile> loadSafetensors(const std::string& path) {
    auto bytes = readFile(path, {.bytes = largestFile});
    if (!bytes) return bytes.error();
    auto file = parseFile(path, std::move(*bytes));
    if (!file && file.error().place.file.empty()) return atFile(file.error(), path);
    return file;
}

const TensorView* SafetensorsFile::find(std::string_view name) const {
    const auto found = std::ranges::find(tensors, name, &TensorView::name);
    return found == tensors.end() ? nullptr : &*found;
}

}  // namespace vitrine
