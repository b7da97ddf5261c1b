// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes on the canvas in canvas units (pixels at 100 %). A node's position is its top left corner;
// inputs stand on its upper edge, outputs on its lower one.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <cmath>

#include "core/graph/graph.h"

namespace vitrine::gui {

inline constexpr double nodeWidth = 160, nodeHeight = 56;
/// From one node to the next in a chain, and between chains.
inline constexpr double rowPitch = 90, columnPitch = 240;
inline constexpr double gridStep = 10;
inline constexpr double portRadius = 4.5;
/// How far from a port the pointer may be to mean it, in pixels of the screen.
inline constexpr double snapRadius = 18;

/// Of port `index` of `count`, from the node's top left corner.
inline QPointF inputOffset(size_t index, size_t count) {
    return {nodeWidth * static_cast<double>(index + 1) / static_cast<double>(count + 1), 0};
}
/// The first output stands in the middle, so that chains run straight; others to its right.
inline QPointF outputOffset(size_t index, size_t count) {
    const double share = static_cast<double>(index) / static_cast<double>(count);
    return {nodeWidth / 2 * (1 + share), nodeHeight};
}

inline QPointF toPoint(const Position& position) { return {position.x, position.y}; }
inline Position toPosition(const QPointF& point) { return {point.x(), point.y()}; }
inline QRectF nodeRect(const Node& node) {
    return {toPoint(node.position), QSizeF(nodeWidth, nodeHeight)};
}
/// To the nearest crossing of the grid.
inline QPointF snapped(const QPointF& point) {
    return {std::round(point.x() / gridStep) * gridStep,
            std::round(point.y() / gridStep) * gridStep};
}

}  // namespace vitrine::gui
