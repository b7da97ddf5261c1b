// SPDX-License-Identifier: Apache-2.0
// A picture file at the size that a network's input has.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/pictures/resize.h"
#include "core/tensor/shape.h"

namespace vitrine {

/// Numbers [C, H, W] of 0 to 1 for `shape`; grey and colours become what C wants. Errors: those of
/// readPictureFile; "P13" where C is neither 1 nor 3.
Result<std::vector<float>> picturePixels(const std::string& path, const Shape& shape,
                                         PictureFit fit);

}  // namespace vitrine
