// SPDX-License-Identifier: Apache-2.0
// Pictures of another size.
#pragma once

#include "core/data/pictures/picture.h"

namespace vitrine {

/// What happens to a picture whose sides are not as those that are wanted.
enum class PictureFit : uint8_t {
    Stretch,    ///< both sides as they are wanted
    Letterbox,  ///< whole, with bars of 0 beside it
    Crop        ///< its middle, as much as fits
};

/// Bilinear with antialiasing: where a picture becomes smaller, each new pixel is the mean over all
/// that it covers, weighed by a triangle twice as wide. Along rows first, then along columns, each
/// rounded; weights in parts of 2^22. (What BILINEAR gives in Pillow up to 12.3; 13 takes the
/// columns first for some shapes, which differs by 1: findings/pillow_resize_pass_order.sh.)
Picture resized(const Picture& picture, int64_t height, int64_t width);

/// resized(), by what fits. Bars are as even as can be, the larger one behind.
Picture fitted(const Picture& picture, int64_t height, int64_t width, PictureFit fit);

}  // namespace vitrine
