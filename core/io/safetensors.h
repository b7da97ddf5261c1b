// SPDX-License-Identifier: Apache-2.0
// safetensors files: 8 bytes of header length, a JSON header, tensors without gaps; the data
// section starts at a multiple of 64 bytes (header padded with blanks). Metadata hold the format's
// version and SHA-256 sums of header and data section.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/tensor/shape.h"
#include "kernels/api/dtype.h"

namespace vitrine {

/// Numbers in C order.
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
    std::span<const std::byte> bytes = {};
};

/// Tensors point into the mapped file, which copies of this share.
struct SafetensorsFile {
    std::string path = {};
    std::shared_ptr<const MappedFile> file = {};
    std::span<const std::byte> data = {};  ///< what stands behind the header
    /// In file order. Their bytes may lie at any address: elements are copied out with memcpy.
    std::vector<TensorView> tensors = {};
    std::vector<ForeignTensor> foreign = {};
    std::map<std::string, std::string> metadata = {};

    const TensorView* find(std::string_view name) const;
    /// "G07": somebody has changed or cut the file since it was opened; bytes that were not there
    /// any more have been read as zeros. To be asked once they have been used.
    std::optional<Error> trouble() const;
};

/// Maps the file and checks all of its header; of the data no byte is touched. Files of other
/// programs, without our metadata, open too; so do tensors of any type and rank, which nobody needs
/// to understand. Errors: those of MappedFile; G05, G10 (it holds something else), W01–W07, W09 and
/// W13 naming the tensor, C01 (checksum of the header).
Result<SafetensorsFile> openSafetensors(const std::string& path);
/// C01 where a file of ours has other data than those whose checksum it holds. Reads all of it.
Result<void> checkDataOf(const SafetensorsFile& file);
/// Both: for whoever uses the numbers.
Result<SafetensorsFile> loadSafetensors(const std::string& path);

/// The same of bytes that somebody holds; `title` is the path in messages.
Result<SafetensorsFile> parseSafetensors(const std::string& title,
                                         std::span<const std::byte> bytes);

/// Writes the file at `path` anew as `to`, which may be the same, with other numbers for one of its
/// tensors. Whoever has the old file open keeps it as it is. Errors: those of loadSafetensors and
/// of saving; C02 (it has no tensor of that name, type and shape).
Result<void> replaceTensor(const std::string& path, const TensorView& replacement,
                           const std::string& to);

}  // namespace vitrine
