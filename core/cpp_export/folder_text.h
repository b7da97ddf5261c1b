// SPDX-License-Identifier: Apache-2.0
// The files of an exported network: its own two, its weights, and those that go with each.
#pragma once

#include <string>
#include <vector>

#include "core/cpp_export/code.h"

namespace vitrine::cpp_export {

/// Something that goes in or comes out.
struct End {
    std::string name;
    Shape shape;
    DType dtype = DType::F32;
    bool isPicture = false;  ///< pixels that are normalised before
};

/// What the files say besides the code.
struct Facts {
    std::string name;   ///< a C++ name
    std::string maker;  ///< `Vitrine 0.1 from 'lenet5'`
    std::vector<End> inputs, outputs;
    std::vector<std::string> classes;
    std::vector<double> mean = {0}, deviation = {1};  ///< of pixels from 0 to 1
    bool weightsInside = false;
};

struct TextFile {
    std::string path;  ///< in the folder
    std::string content;
};

/// Code must be planned.
std::vector<TextFile> filesOf(const Code& code, Facts facts);

/// Those that are the same for every network but for its name, `@name@`; made by the build of
/// resources/cpp_export.
struct CommonFile {
    const char* path;
    const char* content;
};
std::span<const CommonFile> commonFiles();

}  // namespace vitrine::cpp_export
