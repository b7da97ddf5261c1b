// SPDX-License-Identifier: Apache-2.0
// Classes that stand in text files beside pictures, as Tiny-ImageNet has them.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/pictures/picture_listing.h"

namespace vitrine {

/// The file in a part's folder that says which picture is of which class, `val_annotations.txt`;
/// empty: there is none.
std::string annotationsIn(const std::string& folder, const std::string& part);

/// Files with their classes.
struct Annotated {
    std::vector<PictureFile> files;
    int64_t without = 0;  ///< files that are not named
};

/// Gives files of the part, `val/images/c.jpg`, the class that the file of annotations says: lines
/// of a name, a tab and a class. Pictures without a line are left out and counted. Errors: "V01", a
/// line without a tab; "V10", a class that is none of `classes`; as readFile.
Result<Annotated> annotated(const std::string& annotations, std::vector<PictureFile> files,
                            const std::vector<std::string>& classes);

/// Classes that are numbers of WordNet, `n01443537`, called as `words.txt` in the folder says; as
/// they are where there is no such file.
std::vector<std::string> namedByWords(const std::string& folder, std::vector<std::string> classes);

}  // namespace vitrine
