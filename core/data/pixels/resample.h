// SPDX-License-Identifier: Apache-2.0
// Images of another size.
#pragma once

#include <string_view>

#include "core/data/transform.h"

namespace vitrine {

/// Names of the ways in fields, in the order of Resampling.
inline constexpr std::string_view resamplings[] = {"bilinear", "bicubic", "lanczos", "area",
                                                   "nearest"};
/// Nearest takes the pixel that lies over the new one's middle; Area the mean over what the new
/// pixel covers, parts of pixels included. Bicubic has a = −0.5, Lanczos three lobes.
enum class Resampling : uint8_t { Bilinear, Bicubic, Lanczos, Area, Nearest };
Resampling resamplingNamed(std::string_view name);

/// With antialiasing the filter is as wide as what it makes smaller, so that every old pixel
/// counts; without it new pixels look at the few about their middles. Rows first, then columns,
/// each rounded to the nearest byte and clamped; filters are cut off at the border and what is left
/// of them weighs 1. Masks are always Nearest.
/// Accuracy: weights in parts of 2^22, as in Pillow up to 12.3.
void resample(WorkedImage& image, int64_t height, int64_t width, Resampling way, bool antialias);

}  // namespace vitrine
