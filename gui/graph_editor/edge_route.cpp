// SPDX-License-Identifier: GPL-3.0-or-later
// Straight down where nothing is in the way, else round it on the nearer side.
#include "gui/graph_editor/edge_route.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

constexpr double lead = 36;    ///< length of a bow's two ends
constexpr double margin = 36;  ///< between a bow and the nodes that it passes
constexpr int pieces = 12;     ///< of one curve
/// Between an edge that runs up and the column that it leads to: its label stands there.
constexpr double besideColumn = 112;

struct Curve {
    QPointF start, control1, control2, end;
    QPointF at(double t) const {
        const double s = 1 - t;
        return s * s * s * start + 3 * s * s * t * control1 + 3 * s * t * t * control2 +
               t * t * t * end;
    }
};

/// To a node that does not stand below.
bool goesUp(const QPointF& from, const QPointF& to) { return to.y() < from.y(); }

Curve plainCurve(const EdgeRoute& route) {
    const double reach = std::clamp((route.to.y() - route.from.y()) / 2, 16.0, 80.0);
    return {route.from, route.from + QPointF(0, reach), route.to - QPointF(0, reach), route.to};
}

/// Out to the bow and back in; a straight line runs between them.
std::array<Curve, 2> bowCurves(const EdgeRoute& route) {
    const QPointF &a = route.from, &b = route.to;
    if (goesUp(a, b))  // down, round, up, round, and down into it
        return {Curve{a, a + QPointF(0, lead), {route.bow, a.y() + lead}, {route.bow, a.y()}},
                Curve{{route.bow, b.y()}, {route.bow, b.y() - lead}, b - QPointF(0, lead), b}};
    return {Curve{a, a + QPointF(0, lead), {route.bow, a.y()}, {route.bow, a.y() + lead}},
            Curve{{route.bow, b.y() - lead}, {route.bow, b.y()}, b - QPointF(0, lead), b}};
}

void follow(QPainterPath& path, const Curve& curve) {
    path.cubicTo(curve.control1, curve.control2, curve.end);
}

void append(QPolygonF& line, const Curve& curve) {
    for (int i = 0; i <= pieces; ++i) line << curve.at(i / double(pieces));
}

/// A piece that goes right through a rectangle cuts one of its diagonals.
bool cuts(const QLineF& piece, const QRectF& rect) {
    if (rect.contains(piece.p2())) return true;
    const QLineF diagonals[] = {{rect.topLeft(), rect.bottomRight()},
                                {rect.topRight(), rect.bottomLeft()}};
    return std::ranges::any_of(diagonals, [&](const QLineF& diagonal) {
        return piece.intersects(diagonal, nullptr) == QLineF::BoundedIntersection;
    });
}

bool crosses(const QPolygonF& line, const QRectF& node) {
    const QRectF inner = node.adjusted(2, 2, -2, -2);
    for (qsizetype i = 0; i + 1 < line.size(); ++i)
        if (cuts({line[i], line[i + 1]}, inner)) return true;
    return false;
}

/// The heights that an edge to a node further up runs past.
bool isBeside(const QPointF& from, const QPointF& to, const QRectF& node) {
    return node.bottom() > to.y() - lead && node.top() < from.y() + lead;
}

/// Where an edge to a node further up would run if nothing were in the way.
double bestStrip(const QPointF& to) { return to.x() - nodeWidth / 2 - besideColumn; }

/// In the free strip nearest to the best one.
double stripFor(const QPointF& from, const QPointF& to, std::span<const QRectF> obstacles) {
    const double best = bestStrip(to);
    std::vector<QRectF> beside;
    for (const QRectF& node : obstacles)
        if (isBeside(from, to, node)) beside.push_back(node);
    const auto isFree = [&](double x) {
        const double left = x - margin / 3, right = x + margin / 3;
        return std::ranges::none_of(
            beside, [&](const QRectF& node) { return node.left() < right && node.right() > left; });
    };
    if (isFree(best)) return best;
    std::vector<double> strips;
    for (const QRectF& node : beside) {
        strips.push_back(node.left() - margin);
        strips.push_back(node.right() + margin);
    }
    // The first ones are mostly free: a heap spares sorting all of them.
    const auto isFarther = [&](double a, double b) {
        return std::abs(a - best) > std::abs(b - best) ||
               (std::abs(a - best) == std::abs(b - best) && a > b);
    };
    std::ranges::make_heap(strips, isFarther);
    while (!strips.empty()) {
        if (isFree(strips.front())) return strips.front();
        std::ranges::pop_heap(strips, isFarther);
        strips.pop_back();
    }
    return best;
}

}  // namespace

QPainterPath pathOf(const EdgeRoute& route) {
    QPainterPath path(route.from);
    if (!route.bends) {
        follow(path, plainCurve(route));
        return path;
    }
    const auto curves = bowCurves(route);
    follow(path, curves[0]);
    path.lineTo(curves[1].start);
    follow(path, curves[1]);
    return path;
}

RouteParts partsOf(const EdgeRoute& route) {
    RouteParts parts;
    if (!route.bends) {
        if (route.from.x() == route.to.x())
            parts.upright = {route.from, route.to};
        else
            parts.curves = pathOf(route);
        return parts;
    }
    const auto curves = bowCurves(route);
    for (const Curve& curve : curves) {
        parts.curves.moveTo(curve.start);
        follow(parts.curves, curve);
    }
    parts.upright = {curves[0].end, curves[1].start};
    if (goesUp(route.from, route.to)) parts.upright = {curves[1].start, curves[0].end};
    return parts;
}

QPolygonF lineOf(const EdgeRoute& route) {
    QPolygonF line;
    if (!route.bends) {
        append(line, plainCurve(route));
        return line;
    }
    for (const Curve& curve : bowCurves(route)) append(line, curve);
    return line;
}

bool mayChange(const EdgeRoute& route, std::span<const QRectF> changed) {
    if (goesUp(route.from, route.to)) {
        // Nodes further from the best strip than the one that was found had no say.
        const double best = bestStrip(route.to);
        const double reach = std::abs(route.bow - best) + 2 * margin;
        return std::ranges::any_of(changed, [&](const QRectF& node) {
            return isBeside(route.from, route.to, node) && node.left() < best + reach &&
                   node.right() > best - reach;
        });
    }
    // A curve stays inside its four points.
    const Curve curve = plainCurve(route);
    const auto [left, right] = std::minmax({curve.start.x(), curve.end.x()});
    const auto [top, bottom] =
        std::minmax({curve.start.y(), curve.control1.y(), curve.control2.y(), curve.end.y()});
    const QRectF corridor =
        QRectF(QPointF(left, top), QPointF(right, bottom)).adjusted(-1, -1, 1, 1);
    return std::ranges::any_of(changed,
                               [&](const QRectF& node) { return corridor.intersects(node); });
}

EdgeRoute routeBetween(const QPointF& from, const QPointF& to, std::span<const QRectF> obstacles) {
    EdgeRoute route{from, to};
    if (goesUp(from, to)) {
        route.bends = true;
        route.bow = stripFor(from, to, obstacles);
        return route;
    }
    const QPolygonF straight = lineOf(route);
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
