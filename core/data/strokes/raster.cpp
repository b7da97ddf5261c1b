// SPDX-License-Identifier: Apache-2.0
// Drawing lines with a round pen by distance, and placing the result like MNIST's digits.
#include "core/data/strokes/raster.h"

#include <algorithm>
#include <cmath>

namespace vitrine::strokes {

namespace {

constexpr float boxMiddle = imageSide / 2.0f;

struct Box {
    float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
};

Box boundsOf(std::span<const Ink> ink) {
    Box box;
    for (const Ink& point : ink) {
        box.left = std::min(box.left, point.at.x);
        box.right = std::max(box.right, point.at.x);
        box.top = std::min(box.top, point.at.y);
        box.bottom = std::max(box.bottom, point.at.y);
    }
    return box;
}

/// Inks one line whose radius goes linearly from a's to b's.
void drawLine(const Ink& a, const Ink& b, float softness, int side, std::span<float> canvas) {
    const auto clampToImage = [&](float x) {
        return std::clamp(static_cast<int>(std::floor(x)), 0, side - 1);
    };
    const float reach = std::max(a.radius, b.radius) + softness;
    const int left = clampToImage(std::min(a.at.x, b.at.x) - reach);
    const int right = clampToImage(std::max(a.at.x, b.at.x) + reach);
    const int top = clampToImage(std::min(a.at.y, b.at.y) - reach);
    const int bottom = clampToImage(std::max(a.at.y, b.at.y) + reach);
    const float dx = b.at.x - a.at.x, dy = b.at.y - a.at.y;
    const float inverse = 1 / std::max(dx * dx + dy * dy, 1e-12f);
    for (int y = top; y <= bottom; ++y) {
        for (int x = left; x <= right; ++x) {
            const float px = static_cast<float>(x) + 0.5f - a.at.x;
            const float py = static_cast<float>(y) + 0.5f - a.at.y;
            const float t = std::clamp((px * dx + py * dy) * inverse, 0.0f, 1.0f);
            const float ex = px - t * dx, ey = py - t * dy;
            const float radius = a.radius + t * (b.radius - a.radius);
            const float depth = radius - std::sqrt(ex * ex + ey * ey);
            float& pixel = canvas[static_cast<size_t>(y * side + x)];
            pixel = std::max(pixel, std::clamp(depth / softness + 0.5f, 0.0f, 1.0f));
        }
    }
}

}  // namespace

void fitIntoBox(std::vector<Ink>& ink) {
    float radius = 0;
    for (const Ink& point : ink) radius = std::max(radius, point.radius);
    const Box box = boundsOf(ink);
    const float extent = std::max({box.right - box.left, box.bottom - box.top, 1e-3f});
    const float scale = (boxSide - 2 * radius) / extent;
    const float x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    for (Ink& point : ink) {
        point.at.x = boxMiddle + scale * (point.at.x - x);
        point.at.y = boxMiddle + scale * (point.at.y - y);
    }
}

void draw(std::span<const Ink> ink, float softness, Canvas& canvas) {
    draw(ink, softness, imageSide, canvas);
}

void draw(std::span<const Ink> ink, float softness, int side, std::span<float> canvas) {
    std::ranges::fill(canvas, 0.0f);
    for (size_t i = 1; i < ink.size(); ++i)
        if (ink[i].penDown) drawLine(ink[i - 1], ink[i], softness, side, canvas);
}

void centre(Canvas& canvas) {
    float mass = 1e-6f, momentX = 0, momentY = 0;
    for (int y = 0; y < imageSide; ++y) {
        for (int x = 0; x < imageSide; ++x) {
            const float ink = canvas[static_cast<size_t>(y * imageSide + x)];
            mass += ink;
            momentX += ink * (static_cast<float>(x) + 0.5f);
            momentY += ink * (static_cast<float>(y) + 0.5f);
        }
    }
    constexpr int margin = (imageSide - boxSide) / 2;
    const auto shift = [&](float moment) {
        return std::clamp(static_cast<int>(std::lround(boxMiddle - moment / mass)), -margin,
                          margin);
    };
    const int dx = shift(momentX), dy = shift(momentY);
    const Canvas before = canvas;
    canvas.fill(0);
    for (int y = std::max(0, dy); y < imageSide + std::min(0, dy); ++y)
        for (int x = std::max(0, dx); x < imageSide + std::min(0, dx); ++x)
            canvas[static_cast<size_t>(y * imageSide + x)] =
                before[static_cast<size_t>((y - dy) * imageSide + x - dx)];
}

void blur(float amount, Canvas& canvas) {
    // Separable [a, 1 − 2a, a] with (1 − 2a)² = 1 − amount.
    const float a = (1 - std::sqrt(1 - amount)) / 2;
    const auto pass = [&](int step, int limit) {
        const Canvas before = canvas;
        for (int i = 0; i < pixelCount; ++i) {
            const int along = i / step % limit;
            const auto at = [&](int j) { return before[static_cast<size_t>(j)]; };
            const float low = along > 0 ? at(i - step) : 0;
            const float high = along + 1 < limit ? at(i + step) : 0;
            canvas[static_cast<size_t>(i)] = a * (low + high) + (1 - 2 * a) * at(i);
        }
    };
    pass(1, imageSide);
    pass(imageSide, imageSide);
}

void develop(float noise, Rng& rng, const Canvas& canvas, std::span<uint8_t, pixelCount> pixels) {
    const auto contrast = static_cast<float>(rng.uniform(0.92, 1.12));
    for (size_t i = 0; i < pixels.size(); ++i) {
        float ink = canvas[i] * contrast;
        if (noise > 0 && canvas[i] > 0) ink += noise * static_cast<float>(rng.normal());
        pixels[i] = static_cast<uint8_t>(std::lround(std::clamp(ink, 0.0f, 1.0f) * 255));
    }
}

}  // namespace vitrine::strokes
