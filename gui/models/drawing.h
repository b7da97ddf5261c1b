// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing: an image of a network's input size that a soft round brush is drawn on.
#pragma once

#include <QPointF>

#include <array>
#include <span>
#include <vector>

#include "gui/models/image_of.h"

namespace vitrine::gui {

/// Ink for the first three channels, 0 … 1; further ones take the first's.
using Ink = std::array<float, 3>;
inline constexpr Ink whiteInk = {1, 1, 1}, noInk = {0, 0, 0};

/// A plain value. Places are in pixels of the image; (0, 0) is its upper left corner.
class Drawing {
  public:
    explicit Drawing(const ImageExtent& extent = {});
    const ImageExtent& extent() const { return m_extent; }
    /// [channels, height, width], 0 … 1.
    const std::vector<float>& pixels() const { return m_pixels; }
    bool isBlank() const;
    void clear();
    /// Takes over an image of the same extent.
    void setPixels(std::vector<float> pixels);

    /// One stroke: crossing itself or stopping does not make its soft edge harder.
    void beginStroke(QPointF at, double radius, const Ink& ink);
    void strokeTo(QPointF at);

  private:
    void cover(QPointF from, QPointF to);
    void blend();

    ImageExtent m_extent;
    std::vector<float> m_pixels;
    std::vector<float> m_before;    ///< as it was before the stroke
    std::vector<float> m_coverage;  ///< of the stroke, [height, width]
    QPointF m_last;
    double m_radius = 1;
    Ink m_ink = whiteInk;
};

}  // namespace vitrine::gui
