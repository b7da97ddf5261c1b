// SPDX-License-Identifier: Apache-2.0
// A folder for files that nobody keeps.
#pragma once

#include <filesystem>
#include <string>

namespace vitrine {

/// Goes again with all that is in it.
class ScratchFolder {
  public:
    explicit ScratchFolder(const std::string& word);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
};

}  // namespace vitrine
