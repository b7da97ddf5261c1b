// SPDX-License-Identifier: Apache-2.0
// A folder of pictures in class folders: which pictures there are, of which class, for which part.
#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace vitrine {

struct PictureFile {
    std::string path;  ///< from the folder on
    int32_t label = 0;
};

struct PictureFolder {
    std::vector<std::string> classes;  ///< names of their folders, in the order of their bytes
    std::vector<PictureFile> train, test;
    /// Links that lead out of the folder, hidden files, and what has no name of a picture.
    int64_t passedOver = 0;
    std::map<std::string, int64_t> endings =
        {};  ///< of those that are no pictures, in small letters
    std::vector<std::string> emptyClasses = {};  ///< folders without a picture in any part
    bool hasParts = false;  ///< `train` and `test`, or what they are called, are folders of it
};

/// Looks at names only. Layouts: `cat/a.png`, `dog/b.png`, …, all training; or `train/cat/a.png`,
/// `test/cat/b.png`, where instead of `test` there may be `val`, `valid` or `validation`. Pictures
/// may lie deeper in a class's folder. Errors: "G01", "M01" (no such layout, with what was found),
/// "G12", `stopped`.
Result<PictureFolder> listPictureFolder(const std::string& folder, const std::stop_token& stop);

/// Whether a folder looks so: at most a few names are read.
bool isPictureFolder(const std::string& folder);

/// Takes that share of each class out of the training part, a function of the seed; of a class with
/// one picture none.
void splitByClass(PictureFolder& pictures, double testShare, uint64_t seed);

}  // namespace vitrine
