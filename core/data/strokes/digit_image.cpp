// SPDX-License-Identifier: Apache-2.0
// Puts hand, pen and paper together.
#include "core/data/strokes/digit_image.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"
#include "core/data/strokes/hand.h"

namespace vitrine::strokes {

namespace {

constexpr uint32_t digits = 10;
constexpr float thinnest = 0.7f, thickest = 3.0f;  // pixels
constexpr float usualRadius = 1.25f, radiusSpread = 0.30f;

/// Sets the pen's radius along the ink: one for the image, swelling and shrinking slowly.
void choosePen(Rng& rng, std::vector<Ink>& ink) {
    const auto usual = usualRadius * std::exp(static_cast<float>(rng.normal()) * radiusSpread);
    const float swell = rng.uniform() * 0.18f;
    const auto phase = static_cast<float>(rng.uniform(0, 2 * std::numbers::pi));
    const auto step = static_cast<float>(rng.uniform(0.05, 0.35));
    for (size_t i = 0; i < ink.size(); ++i) {
        const float wave = 1 + swell * std::sin(phase + step * static_cast<float>(i));
        ink[i].radius = std::clamp(usual * wave, thinnest, thickest);
    }
}

}  // namespace

int32_t digitOfImage(uint64_t seed, uint64_t index) {
    Rng rng(seed, RngStream::Synthetic, index);
    return static_cast<int32_t>(rng.below(digits));
}

int32_t drawDigitImage(uint64_t seed, uint64_t index, const Looks& looks,
                       std::span<uint8_t, pixelCount> pixels) {
    Rng rng(seed, RngStream::Synthetic, index);
    const auto digit = static_cast<int32_t>(rng.below(digits));
    // Kept from image to image: drawing beside a run allocates nothing. 256 points are twice what
    // the longest skeleton has.
    static thread_local std::vector<Ink> ink;
    ink.reserve(256);
    writeDigit(digit, looks.distortion, rng, ink);
    choosePen(rng, ink);
    fitIntoBox(ink);
    Canvas canvas;
    draw(ink, static_cast<float>(rng.uniform(0.9, 1.6)), canvas);
    centre(canvas);
    blur(rng.uniform() * 0.25f, canvas);
    develop(looks.noise, rng, canvas, pixels);
    return digit;
}

}  // namespace vitrine::strokes
