// SPDX-License-Identifier: Apache-2.0
// Tells kinds of files by how they begin.
#include "core/io/weights/weight_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/content_kind.h"
#include "core/base/file.h"
#include "core/data/pickle/pickle.h"
#include "core/io/weights/weight_formats.h"
#include "core/onnx/onnx_content.h"

namespace vitrine {

namespace {

bool beginsWith(std::span<const std::byte> bytes, std::string_view text) {
    return bytes.size() >= text.size() &&
           std::ranges::equal(bytes.first(text.size()), std::as_bytes(std::span(text)));
}

/// Eight bytes of a length whose upper half is zero, then a JSON object.
bool isSafetensors(std::span<const std::byte> bytes) {
    return bytes.size() > 8 && bytes[8] == std::byte{'{'} &&
           std::ranges::all_of(bytes.subspan(4, 4), [](std::byte b) { return b == std::byte{0}; });
}

Result<WeightFile> readArchive(const std::string& path, std::span<const std::byte> bytes) {
    auto entries = readZip(quotedPath(path), bytes);
    if (!entries) return entries.error();
    if (isTorchArchive(*entries)) return readTorchArchive(path, *std::move(entries));
    if (isKerasArchive(*entries)) return readKerasArchive(path, *entries);
    return readNpzWeights(path, *std::move(entries));
}

Error isLonePickle(const std::string& path) {
    return weightsError(path, "F03",
                        "it is a Python pickle that PyTorch did not write; pickles can run code",
                        "Save the numbers with torch.save, as safetensors or with numpy.savez.");
}

Error isModel(const std::string& path) {
    return weightsError(path, "W01", "it is an ONNX model, wanted a file of weights alone",
                        "Import it: the project that is made has its weights.");
}

}  // namespace

std::string quotedPath(const std::string& path) { return fmt::format("'{}'", printable(path)); }

Error weightsError(const std::string& path, std::string code, std::string_view why,
                   std::string_view next) {
    Error error{std::move(code),
                fmt::format("{}: {}", quotedPath(path), why),
                {},
                "Nothing was loaded.",
                std::string(next)};
    error.place.file = path;
    return error;
}

const StoredTensor* WeightFile::find(std::string_view name) const {
    const auto found = std::ranges::find(tensors, name, &StoredTensor::name);
    return found == tensors.end() ? nullptr : &*found;
}

Result<void> WeightFile::checkNumbers() const {
    for (const auto& check : checks)
        if (const Result<void> checked = check(); !checked) return ofWeights(checked.error(), path);
    return {};
}

Result<void> WeightFile::checkUnchanged() const {
    for (const auto& file : files)
        if (const auto changed = file->trouble()) return *changed;
    return {};
}

Error ofWeights(Error error, const std::string& path) {
    error.kept = "Nothing was loaded.";
    if (error.place.file.empty()) error.place.file = path;
    if (error.code.starts_with('N'))
        error.next = "Copy the file again, or save it anew with the program that made it.";
    return error;
}

Result<WeightFile> readWeights(const std::string& path, std::span<const std::byte> bytes) {
    if (isOldTorch(bytes)) return readOldTorch(path, bytes);
    auto file = beginsWith(bytes, "PK\x03\x04") ? readArchive(path, bytes)
                                                : Result<WeightFile>(isLonePickle(path));
    return file ? std::move(file) : ofWeights(file.error(), path);
}

Result<WeightFile> openWeights(const std::string& path) {
    auto mapped = MappedFile::open(path);
    if (!mapped) return mapped.error();
    const auto bytes = (*mapped)->bytes();
    if (isSafetensors(bytes)) return openSafetensorsWeights(path);
    if (beginsWith(bytes, "\x89HDF\r\n\x1a\n")) return openKerasWeights(path, std::ssize(bytes));
    if (beginsWith(bytes, "{")) return openShardedWeights(path, bytes);
    const bool isRead =
        beginsWith(bytes, "PK\x03\x04") || isOldTorch(bytes) || looksLikePickle(bytes);
    if (!isRead && isOnnxModel(path)) return isModel(path);
    if (!isRead) return openSafetensorsWeights(path);  // which says what it is instead
    auto file = readWeights(path, bytes);
    if (const auto changed = (*mapped)->trouble()) return *changed;
    if (!file) return ofWeights(file.error(), path);
    file->files.push_back(*std::move(mapped));
    return file;
}

}  // namespace vitrine
