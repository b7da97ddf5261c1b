// SPDX-License-Identifier: Apache-2.0
// safetensors files: 8 bytes of header length, a JSON header, tensors without gaps; the data
// section starts at a multiple of 64 bytes (header padded with blanks). Metadata hold the format's
// version and a SHA-256 of the data section.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/dtype.h"
#include "core/tensor/shape.h"

namespace vitrine {

struct TensorView {
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    std::span<const std::byte> bytes;
};

/// Writes atomically, tensors in the given order. Metadata: text to text; "vitrine.version" and
/// "vitrine.sha256" are added.
Result<void> saveSafetensors(const std::string& path, std::span<const TensorView> tensors,
                             const std::map<std::string, std::string>& metadata);

struct SafetensorsFile {
    std::vector<std::byte> bytes;     ///< the whole file; tensors point into it
    std::vector<TensorView> tensors;  ///< in file order
    std::map<std::string, std::string> metadata;
    const TensorView* find(std::string_view name) const;
};

/// Reads and checks everything before any tensor is used. Errors: G01–G06, W01–W14 naming the
/// tensor, C01 (checksum).
Result<SafetensorsFile> loadSafetensors(const std::string& path);

}  // namespace vitrine
