// SPDX-License-Identifier: Apache-2.0
// A folder of pictures in class folders: which pictures there are, of which class, for which part.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/pictures/picture_listing.h"

namespace vitrine {

struct PictureFolder {
    std::vector<std::string> classes;  ///< names of their folders, in the order of their bytes
    std::vector<PictureFile> train, test;
    PassedOver passedOver = {};
    std::vector<std::string> emptyClasses = {};  ///< folders without a picture in any part
    bool hasParts = false;                       ///< train and test have folders of their own
    std::string leftAside = {};  ///< the folder of a third part, which is in neither
    int64_t withoutClass = 0;    ///< pictures that a file of annotations does not name
};

/// Which folder is the test part where there are two beside the one for training.
enum class MeasuredOn : uint8_t { Validation, Test };

/// Layouts: `cat/a.png`, `dog/b.png`, …, all training; or `train/cat/a.png`, `val/cat/b.png`,
/// `test/cat/c.png`, of which one may miss; or as Tiny-ImageNet has it, `val/images/c.png` and
/// classes in `val/val_annotations.txt`. Classes that are numbers of WordNet get their names from
/// `words.txt`. Pictures may lie deeper in a class's folder. Errors: "G01", "M01" (no such layout,
/// with what was found), "V01", "V10" (a line of annotations), "G12", `stopped`.
Result<PictureFolder> listPictureFolder(const std::string& folder, const std::stop_token& stop,
                                        MeasuredOn measuredOn = MeasuredOn::Validation);

/// Whether a folder looks so: at most a few names are read.
bool isPictureFolder(const std::string& folder);

/// Takes that share of each class out of the training part, a function of the seed; of a class with
/// one picture none.
void splitByClass(PictureFolder& pictures, double testShare, uint64_t seed);

}  // namespace vitrine
