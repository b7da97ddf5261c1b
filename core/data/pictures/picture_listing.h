// SPDX-License-Identifier: Apache-2.0
// Listing picture files: names and sizes, nothing of what is in them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

struct PictureFile {
    std::string path;  ///< from the folder on
    int32_t label = 0;
    int64_t bytes = 0;  ///< its size
};

/// What stands among pictures and is none that is read.
struct PassedOver {
    int64_t links = 0;   ///< that lead out of the folder
    int64_t hidden = 0;  ///< names that begin with a dot
    std::map<std::string, int64_t> endings =
        {};  ///< of those that are no pictures, in small letters
};

/// Adds the pictures in folder `in` of `folder` (empty: itself) and in the folders inside, in the
/// order of their paths' bytes. Errors: "G12", `stopped`.
class PictureLister {
  public:
    PictureLister(std::string folder, std::stop_token stop, PassedOver& passedOver)
        : m_folder(std::move(folder)), m_stop(std::move(stop)), m_passedOver(passedOver) {}
    Result<void> add(const std::string& in, int32_t label, std::vector<PictureFile>& files);

  private:
    Result<void> addFolder(const std::string& in, int32_t label, std::vector<PictureFile>& files,
                           std::vector<std::string>& inside);

    const std::string m_folder;
    const std::stop_token m_stop;
    PassedOver& m_passedOver;
};

/// By its ending.
bool isPictureName(std::string_view name);
bool isHiddenName(std::string_view name);
/// ASCII letters made small.
std::string smallLetters(std::string_view text);

/// Names of the folders in a folder, in the order of their bytes; without hidden ones and links
/// that lead out of it.
std::vector<std::string> foldersIn(const std::string& folder);

/// Whether a symbolic link, or what it leads to, is not in the folder.
bool leadsOut(const std::filesystem::path& link, const std::filesystem::path& folder);

}  // namespace vitrine
