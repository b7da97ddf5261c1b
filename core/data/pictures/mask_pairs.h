// SPDX-License-Identifier: Apache-2.0
// Folders of pictures and folders of their masks.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/pictures/picture_listing.h"

namespace vitrine {

/// A folder of pictures and the one of their masks, from the data's folder on.
struct MaskFolders {
    std::string images, masks;
};
/// Where they are: for training, and where there are such for testing.
struct MaskLayout {
    MaskFolders train;
    std::optional<MaskFolders> test = {};
};

/// Layouts: `images`, `masks` side by side (or `JPEGImages` and `SegmentationClass`, and other
/// usual names); such pairs in `train` and `val`; or `images/train`, `images/val` and
/// `masks/train`, `masks/val`. Looks at names of folders only.
std::optional<MaskLayout> findMaskPairs(const std::string& folder);

struct MaskPair {
    PictureFile image, mask;
};
struct MaskPairs {
    std::vector<MaskPair> pairs;
    PassedOver passedOver = {};
    int64_t imagesAlone = 0, masksAlone = 0;  ///< without the other
    std::string firstAlone = {};
};

/// Pictures and masks with the same path but for their endings, where a mask's stem may end in
/// `_mask`, `_label`, `_gt` or the like. Errors: as PictureLister::add.
Result<MaskPairs> listMaskPairs(const std::string& folder, const MaskFolders& folders,
                                const std::stop_token& stop);

}  // namespace vitrine
