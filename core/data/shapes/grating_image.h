// SPDX-License-Identifier: Apache-2.0
// One picture of a grating, stripes of one direction and width, as a function of seed and index:
// what the first layers of networks, and of eyes, answer to.
#pragma once

#include <cstdint>
#include <span>

namespace vitrine::shapes {

inline constexpr int gratingSide = 32, gratingPixels = gratingSide * gratingSide;
inline constexpr int gratingDirections = 8;  ///< classes, 22.5° apart

struct GratingLooks {
    float spread = 0;    ///< of the direction within its class: 1 fills all that is between them
    float noise = 0.1f;  ///< standard deviation of each pixel, 1 = from black to white
};

struct Grating {
    int32_t direction = 0;  ///< class: stripes turned by 22.5° times this against the horizontal
    float angle = 0;        ///< degrees, 0 to 180, counter-clockwise
};

/// Draws picture `index` of `seed` into [32, 32]; width, phase and contrast of the stripes are
/// random. Depends on nothing but the arguments. Any thread.
Grating drawGratingImage(uint64_t seed, uint64_t index, const GratingLooks& looks,
                         std::span<uint8_t, gratingPixels> pixels);

}  // namespace vitrine::shapes
