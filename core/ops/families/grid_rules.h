// SPDX-License-Identifier: Apache-2.0
// Reading pixels between pixels, at places that are values themselves: composed, so that both the
// image and the places have gradients.
#pragma once

#include <string>
#include <vector>

#include "core/opdef/descriptor.h"

namespace vitrine::grid {

/// What lies outside of an image.
enum class Outside : uint8_t {
    Zeros,      ///< zeros
    Border,     ///< the nearest pixel
    Reflection  ///< the image, mirrored at its edges
};

/// How pixels between are made: of the nearest one, of two on each axis, or of four (with the cubic
/// of Keys 1981, a = cubic).
enum class Between : uint8_t { Nearest, Linear, Cubic };

struct Sampling {
    Between between = Between::Linear;
    Outside outside = Outside::Zeros;
    bool alignCorners = false;  ///< edges of the mirror: the outer pixels, or half a pixel further
    double cubic = -0.75;
    /// The largest of the weighed pixels, not their sum.
    bool takesLargest = false;
};

/// One axis of places among `extent` pixels: what is read of each place, and how much it counts.
struct Tap {
    ValueId index = noValue;   ///< i64, from 0 to extent − 1
    ValueId weight = noValue;  ///< in the type of the places; noValue: 1
};
/// Of places in pixels, 0 the first.
std::vector<Tap> taps(Builder& b, ValueId places, int64_t extent, const Sampling& sampling);

/// x [N, C, spatial…] at places [R, P] on each axis → [R, P, C]. `images` [R] of i64: of which
/// image each row of places is; noValue: of the one with its number.
ValueId sample(Builder& b, ValueId x, const std::vector<ValueId>& places, const Sampling& sampling,
               ValueId images = noValue);

}  // namespace vitrine::grid
