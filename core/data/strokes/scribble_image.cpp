// SPDX-License-Identifier: Apache-2.0
// The strokes are drawn as ink is; what they cover is filled with one texture, the rest with
// another.
#include "core/data/strokes/scribble_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"
#include "core/data/strokes/curve.h"
#include "core/data/strokes/raster.h"
#include "core/data/strokes/texture.h"

namespace vitrine::strokes {

namespace {

static_assert(Texture::side == scribbleSide);

constexpr float margin = 3;                       // pixels between a stroke's knots and the border
constexpr double thinnest = 1.5, thickest = 2.5;  // radius, pixels

/// What an area is filled with: brightness = mean + contrast · pattern.
struct Filling {
    Texture texture;
    float mean, contrast;
};

/// A line through four knots that turns a little from one to the next and stays within the margin.
void scribble(Rng& rng, std::vector<Ink>& ink) {
    std::array<Knot, 4> knots;
    const auto inside = [](float x) { return std::clamp(x, margin, scribbleSide - margin); };
    knots[0] = {static_cast<float>(rng.uniform(4, 28)), static_cast<float>(rng.uniform(4, 28))};
    // Towards the middle, give or take 70 degrees: so that few strokes run along the border.
    constexpr float middle = scribbleSide / 2.0f;
    float angle = std::atan2(middle - knots[0].y, middle - knots[0].x);
    angle += static_cast<float>(rng.uniform(-1.2, 1.2));
    for (size_t i = 1; i < knots.size(); ++i) {
        const auto length = static_cast<float>(rng.uniform(5, 10));
        knots[i] = {inside(knots[i - 1].x + length * std::cos(angle)),
                    inside(knots[i - 1].y + length * std::sin(angle))};
        angle += static_cast<float>(rng.normal()) * 0.5f;
    }
    const auto radius = static_cast<float>(rng.uniform(thinnest, thickest));
    const size_t first = ink.size();
    appendCurve(knots, ink);
    for (size_t i = first; i < ink.size(); ++i) ink[i].radius = radius;
}

struct Fillings {
    Filling ground, ink;
};

Pattern anotherThan(Pattern pattern, Rng& rng) {
    const uint32_t step = 1 + rng.below(patternCount - 1);
    return static_cast<Pattern>((static_cast<uint32_t>(pattern) + step) % patternCount);
}

/// Strokes clearly brighter or darker than the ground, whose patterns are of different kinds.
Fillings chooseApart(Rng& rng) {
    const auto kind = static_cast<Pattern>(rng.below(patternCount));
    const auto mean = static_cast<float>(rng.uniform(0.3, 0.7));
    const auto difference = static_cast<float>(rng.uniform(0.22, 0.42));
    // Mostly towards the middle of the scale, where there is room.
    const bool brighter = mean + (rng.uniform() - 0.5f) * 0.3f < 0.5f;
    const Filling ground{Texture(kind, rng), mean, static_cast<float>(rng.uniform(0.06, 0.20))};
    const Filling ink{Texture(anotherThan(kind, rng), rng),
                      mean + (brighter ? difference : -difference),
                      static_cast<float>(rng.uniform(0.02, 0.16))};
    return {ground, ink};
}

/// Strokes as bright as the ground: one of the two has strong stripes or checks, which leave no
/// gaps as clouds and dots do, the other next to nothing.
Fillings chooseAlike(Rng& rng) {
    const Pattern kind = rng.below(2) == 0 ? Pattern::Stripes : Pattern::Checks;
    const auto mean = static_cast<float>(rng.uniform(0.3, 0.7));
    const Filling strong{Texture(kind, rng), mean, static_cast<float>(rng.uniform(0.20, 0.30))};
    const Filling weak{Texture(anotherThan(kind, rng), rng), mean,
                       static_cast<float>(rng.uniform(0.0, 0.05))};
    return rng.below(2) == 0 ? Fillings{strong, weak} : Fillings{weak, strong};
}

Fillings chooseFillings(float texture, Rng& rng) {
    // Strokes that differ by their pattern alone need one that can be seen.
    const bool alike = rng.below(4) == 0 && texture >= 0.5f;
    Fillings fillings = alike ? chooseAlike(rng) : chooseApart(rng);
    fillings.ground.contrast *= texture;
    fillings.ink.contrast *= texture;
    return fillings;
}

/// Deviation of the noise: a triangle of the right width, from one random number.
float roughly(float deviation, Rng& rng) {
    const uint32_t bits = rng.next();
    const auto sum = static_cast<float>((bits >> 16) + (bits & 0xFFFFu));
    constexpr float sqrt6 = 2.4494897f;
    return deviation * sqrt6 * (sum * 0x1.0p-16f - 1);
}

float brightness(const Filling& filling, float x, float y) {
    return filling.mean + filling.contrast * filling.texture.at(x, y);
}

}  // namespace

void drawScribbleImage(uint64_t seed, uint64_t index, const ScribbleLooks& looks,
                       std::span<uint8_t, scribblePixels> image,
                       std::span<uint8_t, scribblePixels> mask) {
    Rng rng(seed, RngStream::Synthetic, index);
    static thread_local std::vector<Ink> ink;  // kept: nothing is allocated for an image
    ink.reserve(64);
    ink.clear();
    const uint32_t strokes = 1 + rng.below(3);
    for (uint32_t i = 0; i < strokes; ++i) scribble(rng, ink);
    std::array<float, scribblePixels> covered;
    draw(ink, static_cast<float>(rng.uniform(0.8, 1.4)), scribbleSide, covered);
    const Fillings fillings = chooseFillings(looks.texture, rng);
    for (int i = 0; i < scribblePixels; ++i) {
        const auto at = static_cast<size_t>(i);
        const float x = static_cast<float>(i % scribbleSide) + 0.5f;
        const float y = static_cast<float>(i / scribbleSide) + 0.5f;
        const float share = covered[at];
        float grey = 0;
        if (share < 1) grey += (1 - share) * brightness(fillings.ground, x, y);
        if (share > 0) grey += share * brightness(fillings.ink, x, y);
        grey += roughly(looks.noise, rng);
        image[at] = static_cast<uint8_t>(std::clamp(grey, 0.0f, 1.0f) * 255 + 0.5f);
        mask[at] = share > 0.5f ? 255 : 0;
    }
}

}  // namespace vitrine::strokes
