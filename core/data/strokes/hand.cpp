// SPDX-License-Identifier: Apache-2.0
// Deformations of a skeleton, from the single knot up to the whole digit.
#include "core/data/strokes/hand.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace vitrine::strokes {

namespace {

// Spreads (standard deviations) at distortion 1, in digit heights or radians. Chosen by eye: by
// looking at written digits and at which of MNIST's training images a network trained on these
// misread.
constexpr float knotShake = 0.032f, endShake = 0.028f;
constexpr float strokeShift = 0.02f, strokeTurn = 0.06f, strokeStretch = 0.06f;
constexpr float waveHeight = 0.020f, proportionSpread = 0.25f;
constexpr float slantMean = 0.16f, slantSpread = 0.28f, turnSpread = 0.12f, widthSpread = 0.26f;

float spread(Rng& rng, float deviation) { return static_cast<float>(rng.normal()) * deviation; }

const Style& chooseStyle(int digit, Rng& rng) {
    const std::span<const Style> styles = stylesOf(digit);
    float total = 0;
    for (const Style& style : styles) total += style.share;
    float left = rng.uniform() * total;
    for (const Style& style : styles) {
        if (left < style.share) return style;
        left -= style.share;
    }
    return styles.back();
}

/// Shakes the knots of one stroke, then moves, turns and stretches it about its middle.
void shake(Stroke stroke, float distortion, Rng& rng, std::vector<Knot>& out) {
    out.assign(stroke.begin(), stroke.end());
    Point middle;
    for (size_t i = 0; i < out.size(); ++i) {
        const bool end = i == 0 || i + 1 == out.size();
        const float deviation = distortion * (knotShake + (end ? endShake : 0));
        out[i].x += spread(rng, deviation);
        out[i].y += spread(rng, deviation);
        middle.x += out[i].x / static_cast<float>(out.size());
        middle.y += out[i].y / static_cast<float>(out.size());
    }
    const float turn = spread(rng, distortion * strokeTurn);
    const float scale = std::exp(spread(rng, distortion * strokeStretch));
    const float c = std::cos(turn) * scale, s = std::sin(turn) * scale;
    const float dx = spread(rng, distortion * strokeShift);
    const float dy = spread(rng, distortion * strokeShift);
    for (Knot& knot : out) {
        const float x = knot.x - middle.x, y = knot.y - middle.y;
        knot.x = middle.x + c * x - s * y + dx;
        knot.y = middle.y + s * x + c * y + dy;
    }
}

/// An elastic deformation: displacement by a few plane waves of low frequency.
struct Wave {
    float kx, ky, phase, dx, dy;
};

void bend(float distortion, Rng& rng, std::vector<Ink>& ink) {
    std::array<Wave, 3> waves;
    for (Wave& wave : waves) {
        constexpr double longest = std::numbers::pi, shortest = 3 * std::numbers::pi;
        const double angle = rng.uniform(0, 2 * std::numbers::pi);
        const double k = rng.uniform(longest, shortest);
        const float height = distortion * waveHeight;
        wave = {static_cast<float>(k * std::cos(angle)), static_cast<float>(k * std::sin(angle)),
                static_cast<float>(rng.uniform(0, 2 * std::numbers::pi)), spread(rng, height),
                spread(rng, height)};
    }
    for (Ink& point : ink) {
        const Point at = point.at;
        for (const Wave& wave : waves) {
            const float s = std::sin(wave.kx * at.x + wave.ky * at.y + wave.phase);
            point.at.x += wave.dx * s;
            point.at.y += wave.dy * s;
        }
    }
}

/// Gives the upper and the lower half, and the left and the right, other shares of the whole:
/// y + b y (1 − y) keeps 0, 1 and, for |b| < 1, the order.
void shareOut(float distortion, Rng& rng, std::vector<Ink>& ink) {
    const auto draw = [&] {
        return std::clamp(spread(rng, distortion * proportionSpread), -0.8f, 0.8f);
    };
    const float bx = draw(), by = draw();
    for (Ink& point : ink) {
        Point& at = point.at;
        at.x += bx * at.x * (1 - at.x);
        at.y += by * at.y * (1 - at.y);
    }
}

/// Stretches, slants and turns the digit: A = R(turn) · [[width, −slant], [0, 1]].
void lean(float distortion, Rng& rng, std::vector<Ink>& ink) {
    const float slant = distortion * (slantMean + spread(rng, slantSpread));
    const float turn = spread(rng, distortion * turnSpread);
    const float width = std::exp(spread(rng, distortion * widthSpread));
    const float c = std::cos(turn), s = std::sin(turn);
    for (Ink& point : ink) {
        const float x = width * point.at.x - slant * point.at.y, y = point.at.y;
        point.at = {c * x - s * y, s * x + c * y};
    }
}

}  // namespace

void writeDigit(int digit, float distortion, Rng& rng, std::vector<Ink>& ink) {
    ink.clear();
    static thread_local std::vector<Knot> knots;  // as the ink: nothing is allocated for an image
    knots.reserve(64);
    for (Stroke stroke : chooseStyle(digit, rng).strokes) {
        shake(stroke, distortion, rng, knots);
        appendCurve(knots, ink);
    }
    shareOut(distortion, rng, ink);
    bend(distortion, rng, ink);
    lean(distortion, rng, ink);
}

}  // namespace vitrine::strokes
