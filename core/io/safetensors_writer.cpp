// SPDX-License-Identifier: Apache-2.0
// Writing of safetensors files, with checksums of both of their parts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/io/safetensors.h"
#include "core/io/safetensors_hash.h"
#include "core/io/safetensors_header.h"

namespace vitrine {

namespace {

using Metadata = std::map<std::string, std::string>;

/// A tensor as the file will have it, of any type.
struct Written {
    std::string_view name, dtype;
    std::vector<int64_t> shape;
    std::span<const std::byte> bytes;
};

Written written(const TensorView& tensor) {
    return {tensor.name,
            safetensorsName(tensor.dtype),
            {tensor.shape.dims().begin(), tensor.shape.dims().end()},
            tensor.bytes};
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
void putInFileOrder(std::vector<Written>& tensors) {
    std::ranges::stable_sort(
        tensors, [](int a, int b) { return a > b; },
        [](const Written& tensor) { return safetensorsElementBytes(tensor.dtype); });
}

std::string dataHash(std::span<const Written> tensors) {
    Sha256 hash;
    for (const Written& tensor : tensors) hash.add(tensor.bytes);
    return hash.hex();
}

/// The header, padded so that the data begin at a multiple of 64, with its own hash in place.
std::string headerText(std::span<const Written> tensors, Metadata metadata) {
    metadata[std::string(safetensorsVersionKey)] = std::to_string(safetensorsVersion);
    metadata[std::string(safetensorsDataHashKey)] = dataHash(tensors);
    metadata[std::string(safetensorsHeaderHashKey)] = safetensorsNoHash;
    nlohmann::ordered_json json;
    json["__metadata__"] = metadata;
    int64_t at = 0;
    for (const Written& tensor : tensors) {
        const int64_t end = at + std::ssize(tensor.bytes);
        json[std::string(tensor.name)] = {
            {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
        at = end;
    }
    std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    constexpr auto alignment = static_cast<size_t>(safetensorsAlignment);
    const size_t unpadded = static_cast<size_t>(safetensorsLengthBytes) + text.size();
    text.append((alignment - unpadded % alignment) % alignment, ' ');
    const size_t hashAt = headerHashAt(text);
    text.replace(hashAt, safetensorsNoHash.size(), headerHash(text, hashAt));
    return text;
}

std::array<unsigned char, safetensorsLengthBytes> littleEndian(uint64_t value) {
    std::array<unsigned char, safetensorsLengthBytes> bytes{};
    for (unsigned char& byte : bytes) {
        byte = static_cast<unsigned char>(value);
        value >>= 8;
    }
    return bytes;
}

Result<void> write(AtomicFile& file, const std::string& header, std::span<const Written> tensors) {
    const auto length = littleEndian(header.size());
    int64_t total = safetensorsLengthBytes + std::ssize(header);
    for (const Written& tensor : tensors) total += std::ssize(tensor.bytes);
    VITRINE_TRY(file.open(total));
    VITRINE_TRY(file.write(length.data(), safetensorsLengthBytes));
    VITRINE_TRY(file.write(header.data(), std::ssize(header)));
    for (const Written& tensor : tensors)
        VITRINE_TRY(file.write(tensor.bytes.data(), std::ssize(tensor.bytes)));
    return {};
}

Error noSuchTensor(const std::string& path, const TensorView& wanted, const TensorView* found) {
    Error error{"C02", {}, {}, "Nothing was changed.", {}};
    error.place.file = path;
    const std::string shown = printable(wanted.name, 80);
    if (!found) {
        error.message =
            fmt::format("'{}' has no tensor '{}' that could be replaced", printable(path), shown);
        error.next = "Name one of the file's own tensors.";
        return error;
    }
    error.message = fmt::format("'{}': its tensor '{}' is {} {}, what is to replace it is {} {}",
                                printable(path), shown, name(found->dtype), found->shape.text(),
                                name(wanted.dtype), wanted.shape.text());
    error.next = "Replace it by numbers of its own type and shape.";
    return error;
}

}  // namespace

Result<void> saveSafetensors(const std::string& path, std::span<const TensorView> tensors,
                             const Metadata& metadata) {
    VITRINE_TRY(checkForSaving(tensors));
    std::vector<Written> all;
    for (const TensorView& tensor : tensors) all.push_back(written(tensor));
    putInFileOrder(all);
    AtomicFile file(path);
    VITRINE_TRY(write(file, headerText(all, metadata), all));
    return file.commit();
}

Result<void> replaceTensor(const std::string& path, const TensorView& replacement,
                           const std::string& to) {
    const auto old = loadSafetensors(path);
    if (!old) return old.error();
    const TensorView* const found = old->find(replacement.name);
    if (!found || found->dtype != replacement.dtype || found->shape != replacement.shape)
        return noSuchTensor(path, replacement, found);
    std::vector<Written> all;
    for (const TensorView& tensor : old->tensors)
        all.push_back(written(&tensor == found ? replacement : tensor));
    for (const ForeignTensor& tensor : old->foreign)
        all.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
    putInFileOrder(all);
    AtomicFile file(to);
    VITRINE_TRY(write(file, headerText(all, old->metadata), all));
    if (auto changed = old->trouble()) {  // it may have been cut before it was copied
        changed->kept = "Nothing was changed.";
        return *changed;
    }
    return file.commit();
}

}  // namespace vitrine
