// SPDX-License-Identifier: Apache-2.0
// One picture of a plain coloured shape, as a function of seed and index: data on which a first
// network learns within a minute.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vitrine::shapes {

inline constexpr int imageSide = 32, imagePixels = 3 * imageSide * imageSide;
inline constexpr std::string_view shapeNames[] = {"circle", "square", "triangle",
                                                  "ring",   "cross",  "star"};
inline constexpr int shapeCount = 6;

struct ShapeLooks {
    float variety = 1;    ///< of size, place and direction; 0: all alike, in the middle
    float noise = 0.03f;  ///< standard deviation of each value, 1 = from black to white
};

/// Draws picture `index` of `seed` into [3, 32, 32] and gives its shape, in shapeNames. The whole
/// shape lies in the picture; colours of shape and ground differ well. Depends on nothing but the
/// arguments. Any thread.
int32_t drawShapeImage(uint64_t seed, uint64_t index, const ShapeLooks& looks,
                       std::span<uint8_t, imagePixels> pixels);

}  // namespace vitrine::shapes
