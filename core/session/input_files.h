// SPDX-License-Identifier: Apache-2.0
// From words such as `x=photo.png` to the arrays that a network is asked with.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/arrays/npy_writer.h"
#include "core/io/project.h"
#include "core/session/array_match.h"

namespace vitrine {

/// A file with, in front, what it is for. Whole words that name a file have no name.
struct NamedFile {
    std::string name, path;
};
NamedFile namedFile(const std::string& word);

/// How files are taken.
struct InputFileRules {
    const DataSettings& data;  ///< what it does with pictures is done with these
    bool takesNaN = false;
    /// Arrays of bytes are pixels, which become what training makes of them, where an input takes
    /// floats. False for models of others: there they are only where the input can be pictures.
    bool takesPixelArrays = true;
};

/// Each word is `[name=]file`: an .npy file, an .npz file whose arrays are called as inputs are, or
/// a picture. An .npy file without a name is for the only input, else for the one that it is called
/// after. Several pictures for one input are a batch. Errors: those of the files, of pictureInput;
/// "U29" (no such input); "N15", an array that holds what is no number; "P13", bytes for floats
/// that are no pictures.
Result<std::vector<NamedTensor>> readInputFiles(const std::vector<std::string>& words,
                                                std::span<const NetworkInput> inputs,
                                                const InputFileRules& rules);
/// The arrays of such words, pictures left out, before it is known what the inputs are: for models
/// whose shapes follow from what they are asked with. Errors: those of the files.
Result<std::vector<NamedTensor>> readArrays(const std::vector<std::string>& words);

/// The pictures among such words.
std::vector<NamedFile> pictureFiles(const std::vector<std::string>& words);

/// "N15" where an array has NaN among its numbers.
Result<void> checkNumbers(const NamedTensor& array, const std::string& path);

}  // namespace vitrine
