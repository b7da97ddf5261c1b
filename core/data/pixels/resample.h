// SPDX-License-Identifier: Apache-2.0
// Images of another size.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/data/transform.h"

namespace vitrine {

/// Names of the ways in fields, in the order of Resampling.
inline constexpr std::string_view resamplings[] = {"bilinear", "bicubic", "lanczos", "area",
                                                   "nearest"};
/// Nearest takes the pixel that lies over the new one's middle; Area the mean over what the new
/// pixel covers, parts of pixels included. Bicubic has a = −0.5, Lanczos three lobes.
enum class Resampling : uint8_t { Bilinear, Bicubic, Lanczos, Area, Nearest };
Resampling resamplingNamed(std::string_view name);

/// What each new pixel along an axis takes of the old ones.
struct ResampleFilter {
    static constexpr int weightBits = 22;  ///< weights are in parts of 2^22
    /// `count` pixels from `first` on, their weights from `weight` on.
    struct Taps {
        int64_t first = 0, weight = 0, count = 0;
    };
    std::vector<Taps> taps = {};
    std::vector<int32_t> weights = {};

    /// `step`: from one pixel to the next along the axis.
    uint8_t sumOf(const uint8_t* pixels, int64_t step, const Taps& each) const {
        int64_t sum = int64_t{1} << (weightBits - 1);
        const uint8_t* at = pixels + each.first * step;
        const int32_t* factor = weights.data() + each.weight;
        for (int64_t k = 0; k < each.count; ++k, at += step) sum += int64_t{*at} * factor[k];
        return static_cast<uint8_t>(std::clamp<int64_t>(sum >> weightBits, 0, 255));
    }
};
/// Of any way but Nearest.
ResampleFilter filterOf(int64_t from, int64_t to, Resampling way, bool antialias);

/// With antialiasing the filter is as wide as what it makes smaller, so that every old pixel
/// counts; without it new pixels look at the few about their middles. Rows first, then columns,
/// each rounded to the nearest byte and clamped; filters are cut off at the border and what is left
/// of them weighs 1. Masks are always Nearest.
/// Accuracy: weights in parts of 2^22, as in Pillow up to 12.3.
void resample(WorkedImage& image, int64_t height, int64_t width, Resampling way, bool antialias);

}  // namespace vitrine
