// SPDX-License-Identifier: Apache-2.0
// Colours of images: each function takes and gives bytes, rounded to the nearest and clamped.
// Masks have no colours and stay as they are.
#pragma once

#include <string_view>

#include "core/data/transform.h"

namespace vitrine {

/// What red, green and blue weigh in a grey. Names in fields: bt601, bt709, mean.
enum class GreyWeights : uint8_t { Bt601, Bt709, Mean };
inline constexpr std::string_view greyWeights[] = {"bt601", "bt709", "mean"};
GreyWeights greyWeightsNamed(std::string_view name);

/// In parts of 2^16 that are 1 together: white stays white, and grey stays as it is. BT.601 gives
/// what Pillow does.
uint8_t greyOf(uint8_t red, uint8_t green, uint8_t blue, GreyWeights weights = GreyWeights::Bt601);
/// Of three channels one, or the same in each; of one channel that, once or thrice.
void makeGrey(WorkedImage& image, GreyWeights weights, int64_t channels);

/// factor · image.
void brighten(WorkedImage& image, double factor);
/// mean + factor · (image − mean); the mean is that of the greys (bt601) and is not rounded.
void changeContrast(WorkedImage& image, double factor);
/// grey + factor · (image − grey); images of three channels.
void saturate(WorkedImage& image, double factor);
/// Turns the hue by a share of the circle (HSV); images of three channels.
void turnHue(WorkedImage& image, double turns);
/// smooth + factor · (image − smooth), smooth by [1 1 1; 1 5 1; 1 1 1] / 13. The outermost pixels
/// stay.
void sharpen(WorkedImage& image, double factor);

/// 255 − x.
void invert(WorkedImage& image);
/// 255 − x where x ≥ threshold.
void solarize(WorkedImage& image, double threshold);
/// The highest bits alone.
void posterize(WorkedImage& image, int64_t bits);
/// Each channel stretched from 0 to 255; one of a single value stays.
void stretchContrast(WorkedImage& image);
/// Each channel's values spread so that all are about as frequent. Whole numbers, as in Pillow.
void equalize(WorkedImage& image);

}  // namespace vitrine
