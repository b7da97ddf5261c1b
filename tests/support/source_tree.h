// SPDX-License-Identifier: Apache-2.0
// The project's own source files, for tests that hold them to rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vitrine::test {

struct SourceFile {
    std::string path;  ///< from the top of the tree, with `/`
    std::string text;
};

/// Every C++ and CUDA file below core, kernels, gui and tests, in the order of their paths.
std::vector<SourceFile> sourceFiles();

/// Names at the top of the tree that the file .gitignore does not list.
std::vector<std::string> topLevelNames();

std::vector<std::string_view> linesOf(std::string_view text);

}  // namespace vitrine::test
