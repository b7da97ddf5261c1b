// SPDX-License-Identifier: Apache-2.0
// Which version of the program this is, and of the libraries that its engine uses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// `0.2.0`: the version that the build was told.
std::string_view programVersion();

struct LibraryVersion {
    std::string name, version;
};

/// Of libraries that are loaded, the version that was found; of those that are compiled in, theirs.
std::vector<LibraryVersion> engineLibraries();

}  // namespace vitrine
