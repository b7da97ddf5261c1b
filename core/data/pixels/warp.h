// SPDX-License-Identifier: Apache-2.0
// Images whose pixels come from other places: turned, sheared, seen from aside, bent.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "core/data/transform.h"

namespace vitrine {

/// Middles of pixels have whole coordinates; y goes down.
struct Point {
    double x = 0, y = 0;
};

/// Where each pixel of the result comes from: ((m0·x + m1·y + m2) / w, (m3·x + m4·y + m5) / w),
/// w = m6·x + m7·y + m8.
using Projection = std::array<double, 9>;

/// What happens to an image: turned counter-clockwise about `centre`, made larger, sheared, moved.
struct Affinity {
    double degrees = 0, scale = 1, shearX = 0, shearY = 0;  ///< degrees; positive moves what lies
                                                            ///< below to the left, right parts up
    Point moved = {};                                       ///< pixels
};
Projection inverse(const Affinity& affinity, Point centre);
/// ((width − 1) / 2, (height − 1) / 2).
Point middleOf(const Shape& image);

/// That which brings `from` to `to`, inverse; none where the corners do not lie so that there is
/// one.
std::optional<Projection> inverse(const std::array<Point, 4>& from, const std::array<Point, 4>& to);

/// What lies between pixels.
struct Between {
    bool isNearest = false;  ///< else bilinear, in which what lies beyond the image counts as fill
    uint8_t fill = 0;
};
/// Names in fields: bilinear, nearest.
inline constexpr std::string_view betweens[] = {"bilinear", "nearest"};

/// Masks are nearest and filled with class 0. Rounded to the nearest byte.
void warp(WorkedImage& image, const Projection& from, const Between& between);

/// Each pixel comes from so many pixels beside it. One entry for each pixel, row by row.
void displace(WorkedImage& image, std::span<const float> dx, std::span<const float> dy,
              const Between& between);

}  // namespace vitrine
