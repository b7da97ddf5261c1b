// SPDX-License-Identifier: Apache-2.0
// Which of CIFAR's sets and versions lies in a folder, and what its files are called.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

struct CifarLayout {
    std::string folder;  ///< that the files lie in: the one that was named, or one inside
    bool isPython = false;
    bool isHundred = false;  ///< CIFAR-100
    std::vector<std::string> train;
    std::string test, names;  ///< of the classes
};

/// By the usual names of files. Nothing: none of the sets is there.
std::optional<CifarLayout> findCifar(const std::string& folder);

/// Whether a path is one of the archives in which the sets are given away.
bool isCifarArchive(const std::string& path);

}  // namespace vitrine
