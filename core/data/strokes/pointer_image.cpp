// SPDX-License-Identifier: Apache-2.0
// A stroke along the x axis is bent, given its thickness, turned, moved to a place where it fits
// and inked.
#include "core/data/strokes/pointer_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"
#include "core/data/strokes/curve.h"

namespace vitrine::strokes {

namespace {

// Pixels. The longest stroke with the widest pen fits into the image in every direction.
constexpr double shortest = 10, longest = 20;
constexpr double thinBegin = 1.6, thickBegin = 3.0, thinEnd = 0.45, thickEnd = 0.75;
constexpr float margin = 1.5f;  // of paper around the ink
// In lengths of the stroke, standard deviations: of the whole bow and of each knot for itself.
constexpr float bowSpread = 0.08f, knotShake = 0.012f;

/// The stroke from (0, 0) to (length, 0), bowed to one side.
void drawAlongAxis(float length, float bend, Rng& rng, std::vector<Ink>& ink) {
    const float bow = std::clamp(static_cast<float>(rng.normal()) * bowSpread, -0.18f, 0.18f);
    std::array<Knot, 5> knots;
    for (size_t i = 0; i < knots.size(); ++i) {
        const float t = static_cast<float>(i) / static_cast<float>(knots.size() - 1);
        const bool end = i == 0 || i + 1 == knots.size();
        const float shake = end ? 0 : knotShake * static_cast<float>(rng.normal());
        knots[i] = {length * t, length * bend * (4 * bow * t * (1 - t) + shake)};
    }
    ink.clear();
    appendCurve(knots, ink);
}

/// radius = end + (begin − end) (1 − t)^p along the stroke: round or pointed tapers.
void taper(Rng& rng, std::vector<Ink>& ink) {
    const auto begin = static_cast<float>(rng.uniform(thinBegin, thickBegin));
    const auto end = static_cast<float>(rng.uniform(thinEnd, thickEnd));
    const auto power = static_cast<float>(rng.uniform(0.7, 1.4));
    for (size_t i = 0; i < ink.size(); ++i) {
        const float t = static_cast<float>(i) / static_cast<float>(ink.size() - 1);
        ink[i].radius = end + (begin - end) * std::pow(1 - t, power);
    }
}

void turn(float angle, std::vector<Ink>& ink) {
    const float c = std::cos(angle), s = std::sin(angle);
    for (Ink& point : ink)
        point.at = {c * point.at.x - s * point.at.y, s * point.at.x + c * point.at.y};
}

/// Moves the stroke to a random place among those where it lies inside the image.
void place(Rng& rng, std::vector<Ink>& ink) {
    Point low{1e9f, 1e9f}, high{-1e9f, -1e9f};
    for (const auto& [at, radius, penDown] : ink) {
        low = {std::min(low.x, at.x - radius), std::min(low.y, at.y - radius)};
        high = {std::max(high.x, at.x + radius), std::max(high.y, at.y + radius)};
    }
    const auto shift = [&](float from, float to) {
        const float room = imageSide - 2 * margin - (to - from);
        return margin - from + room * rng.uniform();
    };
    const float dx = shift(low.x, high.x), dy = shift(low.y, high.y);
    for (Ink& point : ink) point.at = {point.at.x + dx, point.at.y + dy};
}

Direction directionOf(std::span<const Ink> ink) {
    const Point from = ink.front().at, to = ink.back().at;
    const float dx = to.x - from.x, dy = to.y - from.y, length = std::hypot(dx, dy);
    return {dx / length, dy / length};
}

}  // namespace

Direction drawPointerImage(uint64_t seed, uint64_t index, const PointerLooks& looks,
                           std::span<uint8_t, pixelCount> pixels) {
    Rng rng(seed, RngStream::Synthetic, index);
    static thread_local std::vector<Ink> ink;  // kept: nothing is allocated for an image
    ink.reserve(32);
    drawAlongAxis(static_cast<float>(rng.uniform(shortest, longest)), looks.bend, rng, ink);
    taper(rng, ink);
    turn(static_cast<float>(rng.uniform(0, 2 * std::numbers::pi)), ink);
    place(rng, ink);
    Canvas canvas;
    draw(ink, static_cast<float>(rng.uniform(0.9, 1.6)), canvas);
    blur(rng.uniform() * 0.25f, canvas);
    develop(looks.noise, rng, canvas, pixels);
    return directionOf(ink);
}

}  // namespace vitrine::strokes
