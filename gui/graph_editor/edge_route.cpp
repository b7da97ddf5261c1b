// SPDX-License-Identifier: GPL-3.0-or-later
// Straight down where nothing is in the way, else round it on the nearer side.
#include "gui/graph_editor/edge_route.h"

#include <algorithm>

namespace vitrine::gui {

namespace {

constexpr double lead = 36;    ///< length of a bow's two ends
constexpr double margin = 24;  ///< between a bow and the nodes that it passes

bool crosses(const QPainterPath& path, const QRectF& node) {
    constexpr int samples = 16;
    const QRectF inner = node.adjusted(2, 2, -2, -2);
    for (int i = 1; i < samples; ++i)
        if (inner.contains(path.pointAtPercent(i / double(samples)))) return true;
    return false;
}

}  // namespace

QPainterPath pathOf(const EdgeRoute& route) {
    const QPointF &a = route.from, &b = route.to;
    QPainterPath path(a);
    if (!route.bends) {
        const double reach = std::clamp((b.y() - a.y()) / 2, 16.0, 80.0);
        path.cubicTo(a + QPointF(0, reach), b - QPointF(0, reach), b);
        return path;
    }
    const QPointF down(route.bow, a.y() + lead), up(route.bow, b.y() - lead);
    path.cubicTo(a + QPointF(0, lead), {route.bow, a.y()}, down);
    path.lineTo(up);
    path.cubicTo({route.bow, b.y()}, b - QPointF(0, lead), b);
    return path;
}

EdgeRoute routeBetween(const QPointF& from, const QPointF& to, std::span<const QRectF> obstacles) {
    EdgeRoute route{from, to};
    const QPainterPath straight = pathOf(route);
    const QRectF corridor = straight.boundingRect().adjusted(-1, -1, 1, 1);
    QRectF passed;
    for (const QRectF& node : obstacles)
        if (corridor.intersects(node) && crosses(straight, node)) passed |= node;
    if (passed.isNull()) return route;
    const double middle = (from.x() + to.x()) / 2;
    const double left = passed.left() - margin, right = passed.right() + margin;
    route.bends = true;
    route.bow = right - middle <= middle - left ? right : left;
    return route;
}

}  // namespace vitrine::gui
