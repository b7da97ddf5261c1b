// SPDX-License-Identifier: Apache-2.0
// Each pattern is a formula in coordinates (u, v) that are turned and whose unit is a part's size.
#include "core/data/strokes/texture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vitrine::strokes {

namespace {

/// The largest integer that is not above t ≥ 0: a conversion, where std::floor is a call.
float floorOfPositive(float t) { return static_cast<float>(static_cast<int>(t)); }

/// A wave of period 2 in t ≥ 0 between −1 and 1 with flat tops: 1.6 sin(π t), cut; the sine as a
/// parabola in each half.
float wave(float t) {
    const float phase = t - 2 * floorOfPositive(t / 2);          // 0 to 2
    const float half = phase < 1 ? phase : phase - 1;            // 0 to 1
    const float bow = std::min(1.0f, 6.4f * half * (1 - half));  // 1.6 · 4 h (1 − h)
    return phase < 1 ? bow : -bow;
}

/// Discs of radius 0.62 on a grid of period 2, and nothing between them: their share is 0.3.
float dots(float u, float v) {
    const float du = u - 2 * floorOfPositive(u / 2) - 1, dv = v - 2 * floorOfPositive(v / 2) - 1;
    const float depth = 0.62f - std::sqrt(du * du + dv * dv);
    return std::clamp(3 * depth + 0.5f, 0.0f, 1.0f) * 1.6f - 0.5f;
}

float smooth(float t) { return t * t * (3 - 2 * t); }

/// Where the parts are small enough to be seen within a stroke, and large enough for pixels.
float chooseSize(Pattern pattern, Rng& rng) {
    const bool clouds = pattern == Pattern::Clouds;
    return static_cast<float>(clouds ? rng.uniform(3, 7) : rng.uniform(1.6, 2.8));
}

}  // namespace

Texture::Texture(Pattern pattern, Rng& rng) : m_pattern(pattern), m_size(chooseSize(pattern, rng)) {
    const double angle = pattern == Pattern::Clouds ? 0 : rng.uniform(0, std::numbers::pi);
    m_cos = static_cast<float>(std::cos(angle)) / m_size;
    m_sin = static_cast<float>(std::sin(angle)) / m_size;
    // A turned pattern has places below 0: many periods more bring them above it.
    constexpr float periods = 64;
    m_shiftU = pattern == Pattern::Clouds ? rng.uniform() : periods + 2 * rng.uniform();
    m_shiftV = pattern == Pattern::Clouds ? rng.uniform() : periods + 2 * rng.uniform();
    if (pattern == Pattern::Clouds)
        for (float& height : m_heights) height = 2 * rng.uniform() - 1;
}

/// Value noise: the heights of a square's corners, smoothly interpolated.
float Texture::clouds(float u, float v) const {
    const float column = floorOfPositive(u), row = floorOfPositive(v);
    const float s = smooth(u - column), t = smooth(v - row);
    const float* top =
        m_heights.data() + static_cast<int>(row) * corners + static_cast<int>(column);
    const float* bottom = top + corners;
    const float upper = top[0] + s * (top[1] - top[0]);
    const float lower = bottom[0] + s * (bottom[1] - bottom[0]);
    return upper + t * (lower - upper);
}

float Texture::at(float x, float y) const {
    const float u = m_cos * x - m_sin * y + m_shiftU, v = m_sin * x + m_cos * y + m_shiftV;
    switch (m_pattern) {
        case Pattern::Clouds:
            return clouds(u, v);
        case Pattern::Stripes:
            return wave(u);
        case Pattern::Dots:
            return dots(u, v);
        case Pattern::Checks:
            return wave(u) * wave(v);
    }
    return 0;
}

}  // namespace vitrine::strokes
