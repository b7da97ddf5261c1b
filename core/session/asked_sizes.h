// SPDX-License-Identifier: Apache-2.0
// Extents that a model's file leaves open, as what it is asked with says them.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"
#include "core/onnx/network.h"
#include "core/session/input_files.h"

namespace vitrine {

/// What a model is asked with, as far as its sizes follow from it.
struct AskedWith {
    std::span<const NamedTensor> arrays = {};
    std::span<const NamedFile> pictures = {};  ///< by inputs; no name: for the only one
    std::map<std::string, int64_t, std::less<>> sizes = {};  ///< that were chosen, by their names
};

/// The inputs that a model asks for; those that have numbers of their own are none.
std::vector<const onnx::ValueInfo*> askedInputs(const onnx::Model& model);

/// "U29" where a size is chosen that the file does not leave open.
Result<void> checkSizeNames(const onnx::Model& model,
                            const std::map<std::string, int64_t, std::less<>>& sizes);

struct AskedSizes {
    std::map<std::string, int64_t, std::less<>> extents;  ///< by onnx::extentName()
    std::vector<std::string> remarks;                     ///< what pictures have decided
};

/// A picture decides only what nothing else says. Errors: those of checkSizeNames; "P13" where one
/// name would stand for two numbers; those of lookAtPictureFile.
Result<AskedSizes> askedSizes(const onnx::Model& model, const AskedWith& with);

}  // namespace vitrine
