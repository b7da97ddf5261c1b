// SPDX-License-Identifier: Apache-2.0
// brightness = ½ + ½ contrast · cos(2π (x sin θ + y cos θ) / period + phase) + noise; y down.
#include "core/data/shapes/grating_image.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"

namespace vitrine::shapes {

Grating drawGratingImage(uint64_t seed, uint64_t index, const GratingLooks& looks,
                         std::span<uint8_t, gratingPixels> pixels) {
    Rng rng(seed, RngStream::Synthetic, index);
    constexpr double step = 180.0 / gratingDirections;
    Grating grating{.direction = static_cast<int32_t>(rng.below(gratingDirections))};
    const double angle = step * (grating.direction + double{looks.spread} * rng.uniform(-0.5, 0.5));
    grating.angle = static_cast<float>(angle < 0 ? angle + 180 : angle);
    const double turned = angle * std::numbers::pi / 180;
    const double wave = 2 * std::numbers::pi / rng.uniform(4, 12);
    const double phase = rng.uniform(0, 2 * std::numbers::pi);
    const double contrast = rng.uniform(0.4, 1);
    const double alongX = wave * std::sin(turned), alongY = wave * std::cos(turned);
    for (int row = 0; row < gratingSide; ++row)
        for (int column = 0; column < gratingSide; ++column) {
            const double value = 0.5 +
                                 0.5 * contrast * std::cos(alongX * column + alongY * row + phase) +
                                 double{looks.noise} * rng.normal();
            pixels[static_cast<size_t>(row * gratingSide + column)] =
                static_cast<uint8_t>(std::clamp(255 * value + 0.5, 0.0, 255.0));
        }
    return grating;
}

}  // namespace vitrine::shapes
