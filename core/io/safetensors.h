// SPDX-License-Identifier: Apache-2.0
// safetensors files: 8 bytes of header length, a JSON header, tensors without gaps; the data
// section starts at a multiple of 64 bytes (header padded with blanks). Metadata hold the format's
// version and SHA-256 sums of header and data section.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/shape.h"
#include "kernels/api/dtype.h"

namespace vitrine {

struct TensorView {
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    std::span<const std::byte> bytes;
};

/// Writes atomically. Tensors stand in the given order, but larger elements before smaller ones:
/// the format allows no gaps, and so each is aligned. Metadata: text to text; "vitrine.version",
/// "vitrine.sha256" (of the data section) and "vitrine.header_sha256" (of the header, with the
/// digits of this hash as zeros) are added. Errors: W09, and those of AtomicFile.
Result<void> saveSafetensors(const std::string& path, std::span<const TensorView> tensors,
                             const std::map<std::string, std::string>& metadata);

/// A tensor of a type or a rank that no network here has: named, not read.
struct ForeignTensor {
    std::string name;
    std::string dtype;  ///< as the file has it: "F8_E4M3"
    std::vector<int64_t> shape;
};

struct SafetensorsFile {
    std::vector<std::byte> bytes;  ///< the whole file; tensors point into it
    /// In file order. Their bytes may lie at any address: elements are copied out with memcpy.
    std::vector<TensorView> tensors;
    std::vector<ForeignTensor> foreign;
    std::map<std::string, std::string> metadata;

    SafetensorsFile() = default;
    // A copy would point into the original's bytes; moving keeps them where they are.
    SafetensorsFile(SafetensorsFile&&) = default;
    SafetensorsFile& operator=(SafetensorsFile&&) = default;
    const TensorView* find(std::string_view name) const;
};

/// Reads and checks everything before any tensor is used. Files of other programs, without our
/// metadata, load too; so do tensors of any type and rank, which nobody needs to understand.
/// Errors: G01–G12 (G05, G10: it holds something else), W01–W07, W09 and W13 naming the tensor, C01
/// (checksum).
Result<SafetensorsFile> loadSafetensors(const std::string& path);

}  // namespace vitrine
