// SPDX-License-Identifier: Apache-2.0
// Among the system's temporary files, for this user alone.
#include "core/session/scratch_folder.h"

#include <stdlib.h>

namespace vitrine {

ScratchFolder::ScratchFolder(const std::string& word) {
    std::error_code ignored;
    std::string path =
        (std::filesystem::temp_directory_path(ignored) / (word + "-XXXXXX")).string();
    m_path = ::mkdtemp(path.data()) ? path : std::string();
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    if (!m_path.empty()) std::filesystem::remove_all(m_path, ignored);
}

}  // namespace vitrine
