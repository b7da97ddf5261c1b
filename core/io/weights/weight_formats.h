// SPDX-License-Identifier: Apache-2.0
// The kinds of files that openWeights knows, for itself.
#pragma once

#include "core/data/arrays/number_array.h"
#include "core/data/arrays/zip.h"
#include "core/io/weights/weight_file.h"

namespace vitrine {

/// `'weights.pt'`, for messages.
std::string quotedPath(const std::string& path);
/// An error of an archive or a pickle, in the words of weights.
Error ofWeights(Error error, const std::string& path);
Error weightsError(const std::string& path, std::string code, std::string_view why,
                   std::string_view next);

Result<WeightFile> openSafetensorsWeights(const std::string& path);
/// model.safetensors.index.json: tensors of several files beside it.
Result<WeightFile> openShardedWeights(const std::string& path, std::span<const std::byte> index);
/// An archive that torch.save wrote.
Result<WeightFile> readTorchArchive(const std::string& path, std::vector<ZipEntry> entries);
/// What torch.save wrote up to version 1.5: several pickles, and numbers behind them.
Result<WeightFile> readOldTorch(const std::string& path, std::span<const std::byte> bytes);
bool isTorchArchive(std::span<const ZipEntry> entries);
bool isOldTorch(std::span<const std::byte> bytes);
/// Keras' .h5, read by the decoder; and the archive that has one.
Result<WeightFile> openKerasWeights(const std::string& path, int64_t fileBytes);
bool isKerasArchive(std::span<const ZipEntry> entries);
Result<WeightFile> readKerasArchive(const std::string& path, std::span<const ZipEntry> entries);
StoredTensor storedArray(std::string name, const NumberArray& array);
/// NumPy's arrays in an archive.
Result<WeightFile> readNpzWeights(const std::string& path, std::vector<ZipEntry> entries);

}  // namespace vitrine
