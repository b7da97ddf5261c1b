// SPDX-License-Identifier: Apache-2.0
// WeightFile: the tensors of a file, whichever program wrote it: safetensors (one file or several
// with an index), PyTorch's .pt and .pth, Keras' .keras and .h5, NumPy's .npz.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/io/safetensors.h"
#include "core/io/weights/stored_tensor.h"

namespace vitrine {

/// Tensors point into mapped files and memory that this shares.
struct WeightFile {
    std::string path;
    std::string_view kind = {};  ///< `safetensors`, `PyTorch`
    std::vector<StoredTensor> tensors;
    /// Tensors stand in the order in which somebody made them; else their names alone order them.
    bool isInOrder = false;
    std::map<std::string, std::string> metadata = {};
    std::vector<std::string> others = {};  ///< what else is in it: `epoch = 3`
    std::vector<std::shared_ptr<const MappedFile>> files = {};
    std::vector<std::shared_ptr<const void>> owners = {};
    std::vector<std::function<Result<void>()>> checks = {};
    std::shared_ptr<const SafetensorsFile> own = {};  ///< where it is one safetensors file

    const StoredTensor* find(std::string_view name) const;
    /// Compares the checksums that the file has. Reads all of it. Errors: C01, N10.
    Result<void> checkNumbers() const;
    /// "G07" once numbers have been used: somebody has changed or cut the file meanwhile.
    Result<void> checkUnchanged() const;
};

/// Maps the file and looks at what it says of its tensors, by its content. Runs nothing of it.
/// Errors: those of files; W01–W13 and C01 of safetensors; "F03" (a pickle that wants classes which
/// are not on the list), "O25" (TorchScript, whole models), "N08"–"N13" of archives, "G05" (none of
/// these kinds), "G09" (damaged).
Result<WeightFile> openWeights(const std::string& path);
/// Those kinds that are read from bytes: archives, and what PyTorch wrote up to version 1.5.
Result<WeightFile> readWeights(const std::string& path, std::span<const std::byte> bytes);

}  // namespace vitrine
