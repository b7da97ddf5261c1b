// SPDX-License-Identifier: Apache-2.0
// Chooses two digits, then looks for images of them in a part of the indices that is the pair's
// own.
#include "core/data/strokes/digit_pair.h"

#include "core/base/rng.h"

namespace vitrine::strokes {

namespace {

constexpr uint32_t digits = 10;

/// Indices of images for each half of a pair. Every tenth image shows the digit that is wanted:
/// that none of them does happens once in 10^23 pairs, and then the search runs on into the
/// indices of the next half.
constexpr uint64_t reach = 512;

/// Random numbers for the choice: far from those that the images themselves are drawn with.
constexpr uint64_t choiceStream = uint64_t{1} << 63;

uint64_t findImage(uint64_t seed, uint64_t from, int32_t digit) {
    while (digitOfImage(seed, from) != digit) ++from;
    return from;
}

}  // namespace

DigitPair chooseDigitPair(uint64_t seed, uint64_t index) {
    Rng rng(seed, RngStream::Synthetic, choiceStream | index);
    const bool same = rng.below(2) == 0;
    const auto a = static_cast<int32_t>(rng.below(digits));
    // The other nine digits follow a in a circle.
    const auto step = same ? 0 : 1 + static_cast<int32_t>(rng.below(digits - 1));
    const int32_t b = (a + step) % static_cast<int32_t>(digits);
    const uint64_t from = index * 2 * reach;
    return {findImage(seed, from, a), findImage(seed, from + reach, b), same};
}

bool drawDigitPair(uint64_t seed, uint64_t index, const Looks& looks,
                   std::span<uint8_t, pixelCount> first, std::span<uint8_t, pixelCount> second) {
    const DigitPair pair = chooseDigitPair(seed, index);
    drawDigitImage(seed, pair.first, looks, first);
    drawDigitImage(seed, pair.second, looks, second);
    return pair.same;
}

}  // namespace vitrine::strokes
