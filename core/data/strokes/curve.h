// SPDX-License-Identifier: Apache-2.0
// From knots to a polyline: a Catmull–Rom spline between corners.
#pragma once

#include <span>
#include <vector>

#include "core/data/strokes/skeletons.h"

namespace vitrine::strokes {

struct Point {
    float x = 0, y = 0;
};

/// What the pen leaves: lines from point to point, each point with the pen's radius there.
struct Ink {
    Point at;
    float radius = 0;
    bool penDown = true;  ///< false: the first point of a stroke, no line leads to it
};

/// Appends the points of the curve through `knots`. Between corners the curve is smooth; a stroke
/// of two knots is a straight line. Source: E. Catmull, R. Rom, "A class of local interpolating
/// splines", 1974 (uniform, tension 1/2).
void appendCurve(std::span<const Knot> knots, std::vector<Ink>& ink);

}  // namespace vitrine::strokes
