// SPDX-License-Identifier: Apache-2.0
// Two images of digits and whether both show the same one, as a function of seed and index.
#pragma once

#include <cstdint>
#include <span>

#include "core/data/strokes/digit_image.h"

namespace vitrine::strokes {

/// What pair `index` of `seed` is made of: two images of drawDigitImage, which are never the same
/// one. In expectation half of the pairs are alike, the digits of those are equally frequent, and
/// the unlike ones are spread evenly over the 45 pairs of digits. Pairs of different indices
/// (below 2^53) share no image.
struct DigitPair {
    uint64_t first = 0, second = 0;  ///< indices of the images
    bool same = false;               ///< both show the same digit
};
DigitPair chooseDigitPair(uint64_t seed, uint64_t index);

/// Draws both images of pair `index` of `seed` and says whether they show the same digit. Depends
/// on nothing but the arguments. Any thread.
bool drawDigitPair(uint64_t seed, uint64_t index, const Looks& looks,
                   std::span<uint8_t, pixelCount> first, std::span<uint8_t, pixelCount> second);

}  // namespace vitrine::strokes
