// SPDX-License-Identifier: GPL-3.0-or-later
// Strokes become pixels.
#include "gui/models/drawing.h"

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

namespace {

double squaredLength(QPointF v) { return QPointF::dotProduct(v, v); }

double distanceToSegment(QPointF point, QPointF from, QPointF to) {
    const double length = squaredLength(to - from);
    const double t =
        length > 0 ? std::clamp(QPointF::dotProduct(point - from, to - from) / length, 0.0, 1.0)
                   : 0;
    return std::sqrt(squaredLength(point - (from + t * (to - from))));
}

/// 1 inside, falling to 0 over one pixel and a third of the radius around the edge.
float softness(double distance, double radius) {
    const double edge = 0.5 + radius / 6;
    return static_cast<float>(std::clamp((radius + edge - distance) / (2 * edge), 0.0, 1.0));
}

}  // namespace

Drawing::Drawing(const ImageExtent& extent) : m_extent(extent) { clear(); }

bool Drawing::isBlank() const {
    return std::all_of(m_pixels.begin(), m_pixels.end(), [](float x) { return x == 0; });
}

void Drawing::clear() { m_pixels.assign(static_cast<size_t>(m_extent.elements()), 0); }

void Drawing::setPixels(std::vector<float> pixels) {
    if (pixels.size() == m_pixels.size()) m_pixels = std::move(pixels);
}

void Drawing::beginStroke(QPointF at, double radius, const Ink& ink) {
    m_before = m_pixels;
    m_coverage.assign(static_cast<size_t>(m_extent.height) * static_cast<size_t>(m_extent.width),
                      0);
    m_radius = radius;
    m_ink = ink;
    m_last = at;
    strokeTo(at);
}

void Drawing::strokeTo(QPointF at) {
    cover(m_last, at);
    m_last = at;
    blend();
}

void Drawing::cover(QPointF from, QPointF to) {
    const double reach = m_radius + 1 + m_radius / 6;
    const auto range = [reach](double a, double b, int extent) {
        const int first = static_cast<int>(std::floor(std::min(a, b) - reach));
        const int last = static_cast<int>(std::ceil(std::max(a, b) + reach));
        return std::pair(std::clamp(first, 0, extent), std::clamp(last, 0, extent));
    };
    const auto [top, bottom] = range(from.y(), to.y(), m_extent.height);
    const auto [left, right] = range(from.x(), to.x(), m_extent.width);
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
            float& covered = m_coverage[static_cast<size_t>(y * m_extent.width + x)];
            const double distance = distanceToSegment({x + 0.5, y + 0.5}, from, to);
            covered = std::max(covered, softness(distance, m_radius));
        }
    }
}

void Drawing::blend() {
    const size_t plane = m_coverage.size();
    for (size_t channel = 0; channel < static_cast<size_t>(m_extent.channels); ++channel) {
        const float ink = m_ink[channel < m_ink.size() ? channel : 0];
        for (size_t i = 0; i < plane; ++i) {
            const float before = m_before[channel * plane + i];
            m_pixels[channel * plane + i] = before + (ink - before) * m_coverage[i];
        }
    }
}

}  // namespace vitrine::gui
