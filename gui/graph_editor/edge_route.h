// SPDX-License-Identifier: GPL-3.0-or-later
// EdgeRoute: how an edge runs from port to port without crossing nodes.
#pragma once

#include <QLineF>
#include <QPainterPath>
#include <QPolygonF>
#include <QRectF>

#include <span>

namespace vitrine::gui {

/// A plain curve, or a bow to the side past nodes that stand in between.
struct EdgeRoute {
    QPointF from, to;
    double bow = 0;  ///< x of the bow's far side; used where `bends`
    bool bends = false;
    bool operator==(const EdgeRoute&) const = default;
};

QPainterPath pathOf(const EdgeRoute& route);
/// The same in two parts, as they are painted.
struct RouteParts {
    QPainterPath curves;
    QLineF upright;  ///< its two points alike: none
};
RouteParts partsOf(const EdgeRoute& route);
/// The same as short straight pieces, for distances.
QPolygonF lineOf(const EdgeRoute& route);

/// Whether the route may be another one now that nodes have come to these rectangles or gone from
/// them.
bool mayChange(const EdgeRoute& route, std::span<const QRectF> changed);

/// `obstacles`: rectangles of nodes; touching those at the two ends is no crossing.
EdgeRoute routeBetween(const QPointF& from, const QPointF& to, std::span<const QRectF> obstacles);

}  // namespace vitrine::gui
