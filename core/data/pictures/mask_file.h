// SPDX-License-Identifier: Apache-2.0
// Masks: pictures whose pixels are class numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/data/pictures/picture_file.h"

namespace vitrine {

/// Of no class: losses pass such pixels over where they are told to.
inline constexpr uint8_t noClass = 255;

/// One number for each pixel, as it is stored: a palette's index and no colour, a shade of grey
/// that is not spread. Errors: as readPictureFile; "M05", colours, or numbers that JPEG has
/// changed.
Result<Picture> readMaskFile(const std::string& path, std::string_view title);

/// What becomes of a mask.
struct MaskForm {
    PictureForm size = {};
    std::vector<int64_t> levels = {};  ///< numbers in files of classes 0, 1, …; empty: themselves
    int64_t classes = 0;
};

/// A mask into `place`: class numbers [1, H, W], or noClass where the file has 255 and that is no
/// level. Resized to the nearest pixel, so that no number is made. Errors: as readMaskFile; "M09";
/// "V10", a pixel of no class, with its place.
Result<void> readMaskInto(const std::string& path, std::string_view title, const MaskForm& form,
                          std::span<std::byte> place);

}  // namespace vitrine
