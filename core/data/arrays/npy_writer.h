// SPDX-License-Identifier: Apache-2.0
// Writing tensors as NumPy reads them: NPY files, NPZ archives of them, and how files are called
// after tensors. Source: numpy.lib.format, version 1.0; PKWARE's APPNOTE 6.3 with zip64.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/tensor/tensor_data.h"

namespace vitrine {

struct NamedTensor {
    std::string name;
    std::shared_ptr<const TensorData> data;
};

/// What stands before the elements, for this machine's byte order. bf16 and floats of 8 and 4 bits
/// are raw values of 2 bytes and 1, as ml_dtypes' types are saved; view(ml_dtypes.bfloat16) makes
/// them numbers again. Whole numbers of 4 and 2 bits are int8 and uint8.
std::string npyHeader(DType dtype, const Shape& shape);

/// One array, in C order. Errors: those of AtomicFile.
Result<void> saveNpy(const std::string& path, const TensorData& tensor);
/// All of them, each as `name.npy` in an archive, not packed. Errors: those of AtomicFile.
Result<void> saveNpz(const std::string& path, std::span<const NamedTensor> tensors);

/// A file's name after a tensor's: letters, digits, `.`, `_` and `-` stay, every other byte is `%`
/// and two hexadecimal digits. Two tensors never have one file.
std::string fileNameOf(std::string_view tensor);

}  // namespace vitrine
