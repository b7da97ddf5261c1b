// SPDX-License-Identifier: Apache-2.0
// One walk over the new pixels; projections and displacements say where each comes from.
#include "core/data/pixels/warp.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace vitrine {

namespace {

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

/// Plane `c` of an image, with fill beyond it.
class Plane {
  public:
    Plane(const WorkedImage& image, int64_t c, uint8_t fill)
        : m_height(image.shape[1]),
          m_width(image.shape[2]),
          m_pixels(image.pixels.data() + c * m_height * m_width),
          m_fill(fill) {}

    uint8_t nearest(Point at) const {
        return pixel(static_cast<int64_t>(std::floor(at.x + 0.5)),
                     static_cast<int64_t>(std::floor(at.y + 0.5)));
    }

    uint8_t bilinear(Point at) const {
        const double left = std::floor(at.x), top = std::floor(at.y);
        const double across = at.x - left, down = at.y - top;
        const auto x = static_cast<int64_t>(left), y = static_cast<int64_t>(top);
        const double above = (1 - across) * pixel(x, y) + across * pixel(x + 1, y);
        const double below = (1 - across) * pixel(x, y + 1) + across * pixel(x + 1, y + 1);
        return static_cast<uint8_t>((1 - down) * above + down * below + 0.5);
    }

    /// False also for what is no number.
    bool isNear(Point at) const {
        return at.x > -1 && at.y > -1 && at.x < static_cast<double>(m_width) &&
               at.y < static_cast<double>(m_height);
    }

  private:
    uint8_t pixel(int64_t x, int64_t y) const {
        return x < 0 || y < 0 || x >= m_width || y >= m_height ? m_fill : m_pixels[y * m_width + x];
    }

    int64_t m_height, m_width;
    const uint8_t* m_pixels;
    uint8_t m_fill;
};

template <class Place>
void walk(WorkedImage& image, Between between, const Place& place) {
    if (image.isMask) between = {.isNearest = true, .fill = 0};
    const int64_t channels = image.shape[0], height = image.shape[1], width = image.shape[2];
    image.spare.resize(image.pixels.size());
    for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x) {
            const Point at = place(x, y);
            for (int64_t c = 0; c < channels; ++c) {
                const Plane plane(image, c, between.fill);
                uint8_t& to = image.spare[static_cast<size_t>((c * height + y) * width + x)];
                if (!plane.isNear(at))
                    to = between.fill;
                else
                    to = between.isNearest ? plane.nearest(at) : plane.bilinear(at);
            }
        }
    image.pixels.swap(image.spare);
}

/// a · x = b of eight unknowns by elimination; false where it has no one solution.
bool solve(std::array<std::array<double, 9>, 8>& rows) {
    for (size_t column = 0; column < 8; ++column) {
        size_t best = column;
        for (size_t row = column + 1; row < 8; ++row)
            if (std::abs(rows[row][column]) > std::abs(rows[best][column])) best = row;
        if (std::abs(rows[best][column]) < 1e-9) return false;
        std::swap(rows[best], rows[column]);
        for (size_t row = 0; row < 8; ++row) {
            if (row == column) continue;
            const double factor = rows[row][column] / rows[column][column];
            for (size_t k = column; k < 9; ++k) rows[row][k] -= factor * rows[column][k];
        }
    }
    return true;
}

}  // namespace

Point middleOf(const Shape& image) {
    return {static_cast<double>(image[2] - 1) / 2, static_cast<double>(image[1] - 1) / 2};
}

Projection inverse(const Affinity& affinity, Point centre) {
    // Forward it is T(centre + moved) · R · S · scale · T(−centre), R · S = [[a, b], [c, d]].
    const double turn = -radians(affinity.degrees);
    const double sx = radians(affinity.shearX), sy = radians(affinity.shearY);
    const double a = std::cos(turn - sy) / std::cos(sy);
    const double b = -a * std::tan(sx) - std::sin(turn);
    const double c = std::sin(turn - sy) / std::cos(sy);
    const double d = -c * std::tan(sx) + std::cos(turn);
    const double p = d / affinity.scale, q = -b / affinity.scale;  // of determinant 1
    const double r = -c / affinity.scale, s = a / affinity.scale;
    const double x = centre.x + affinity.moved.x, y = centre.y + affinity.moved.y;
    return {p, q, centre.x - p * x - q * y, r, s, centre.y - r * x - s * y, 0, 0, 1};
}

std::optional<Projection> inverse(const std::array<Point, 4>& from,
                                  const std::array<Point, 4>& to) {
    std::array<std::array<double, 9>, 8> rows{};
    for (size_t i = 0; i < 4; ++i) {
        const auto [x, y] = to[i];
        const auto [u, v] = from[i];
        rows[2 * i] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
        rows[2 * i + 1] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
    }
    if (!solve(rows)) return {};
    Projection projection{};
    for (size_t i = 0; i < 8; ++i) projection[i] = rows[i][8] / rows[i][i];
    projection[8] = 1;
    return projection;
}

void warp(WorkedImage& image, const Projection& from, const Between& between) {
    walk(image, between, [&](int64_t column, int64_t row) {
        const auto x = static_cast<double>(column), y = static_cast<double>(row);
        const double w = from[6] * x + from[7] * y + from[8];
        return Point{(from[0] * x + from[1] * y + from[2]) / w,
                     (from[3] * x + from[4] * y + from[5]) / w};
    });
}

void displace(WorkedImage& image, std::span<const float> dx, std::span<const float> dy,
              const Between& between) {
    const int64_t width = image.shape[2];
    walk(image, between, [&](int64_t x, int64_t y) {
        const auto place = static_cast<size_t>(y * width + x);
        return Point{static_cast<double>(x) + static_cast<double>(dx[place]),
                     static_cast<double>(y) + static_cast<double>(dy[place])};
    });
}

}  // namespace vitrine
