// SPDX-License-Identifier: Apache-2.0
// A shape is a distance to its edge, negative inside; how much of a pixel it covers follows.
#include "core/data/shapes/shape_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"

namespace vitrine::shapes {

namespace {

constexpr double middle = imageSide / 2.0, usualRadius = 9, smallest = 5.5, largest = 12.5;
constexpr double leastContrast = 0.35;

/// Of a regular polygon with `corners` and outer radius 1.
double polygonDistance(double x, double y, int corners) {
    const double step = 2 * std::numbers::pi / corners;
    const double angle = std::atan2(x, -y);
    const double turned = angle - step * std::round(angle / step);
    return std::hypot(x, y) * std::cos(std::numbers::pi / corners - std::abs(turned)) -
           std::cos(std::numbers::pi / corners);
}

/// Of a star with five points: between its outer radius 1 and inner radius 0.45.
double starDistance(double x, double y) {
    constexpr double step = 2 * std::numbers::pi / 5, inner = 0.45;
    const double angle = std::atan2(x, -y);
    const double turned = std::abs(angle - step * std::round(angle / step));
    const double length = std::hypot(x, y);
    const double px = length * std::sin(turned), py = length * std::cos(turned);
    // The edge from the point (0, 1) to the notch between two points.
    const double ex = inner * std::sin(step / 2), ey = inner * std::cos(step / 2) - 1;
    return (px * -ey + (py - 1) * ex) / std::hypot(ex, ey);
}

/// Distance to the edge of a shape of radius 1, x to the right, y down.
double distance(int32_t shape, double x, double y) {
    const double length = std::hypot(x, y);
    switch (shape) {
        case 0:
            return length - 1;
        case 1:
            return std::max(std::abs(x), std::abs(y)) - 0.8;
        case 2:
            return polygonDistance(x, y, 3);
        case 3:
            return std::abs(length - 0.75) - 0.25;
        case 4: {
            const double a = std::abs(x), b = std::abs(y);
            return std::max(std::max(a, b) - 0.95, std::min(a, b) - 0.3);
        }
        default:
            return starDistance(x, y);
    }
}

using Colour = std::array<double, 3>;

Colour drawColour(Rng& rng) { return {rng.uniform(), rng.uniform(), rng.uniform()}; }

double brightness(const Colour& colour) {
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
}

/// The ground is drawn until it differs well: half of all colours do.
Colour drawGround(const Colour& ink, Rng& rng) {
    Colour ground = drawColour(rng);
    while (std::abs(brightness(ground) - brightness(ink)) < leastContrast) ground = drawColour(rng);
    return ground;
}

struct Placed {
    double x = middle, y = middle, radius = usualRadius, angle = 0;
};

Placed drawPlace(float variety, Rng& rng) {
    Placed placed;
    const double radius = rng.uniform(smallest, largest);
    placed.radius += variety * (radius - usualRadius);
    const double room = middle - placed.radius - 1;
    placed.x += variety * rng.uniform(-room, room);
    placed.y += variety * rng.uniform(-room, room);
    placed.angle = variety * rng.uniform(-std::numbers::pi, std::numbers::pi);
    return placed;
}

}  // namespace

int32_t drawShapeImage(uint64_t seed, uint64_t index, const ShapeLooks& looks,
                       std::span<uint8_t, imagePixels> pixels) {
    Rng rng(seed, RngStream::Synthetic, index);
    const auto shape = static_cast<int32_t>(rng.below(shapeCount));
    const Placed placed = drawPlace(looks.variety, rng);
    const Colour ink = drawColour(rng), ground = drawGround(ink, rng);
    const double c = std::cos(placed.angle), s = std::sin(placed.angle);
    for (int row = 0; row < imageSide; ++row)
        for (int column = 0; column < imageSide; ++column) {
            const double dx = (column + 0.5 - placed.x) / placed.radius;
            const double dy = (row + 0.5 - placed.y) / placed.radius;
            const double edge = placed.radius * distance(shape, c * dx + s * dy, c * dy - s * dx);
            const double covered = std::clamp(0.5 - edge, 0.0, 1.0);
            for (size_t channel = 0; channel < 3; ++channel) {
                const double value = ground[channel] + covered * (ink[channel] - ground[channel]) +
                                     double{looks.noise} * rng.normal();
                pixels[(channel * imageSide + static_cast<size_t>(row)) * imageSide +
                       static_cast<size_t>(column)] =
                    static_cast<uint8_t>(std::clamp(255 * value + 0.5, 0.0, 255.0));
            }
        }
    return shape;
}

}  // namespace vitrine::shapes
