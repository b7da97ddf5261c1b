// SPDX-License-Identifier: Apache-2.0
// Catmull–Rom splines, sampled evenly in their parameter.
#include "core/data/strokes/curve.h"

namespace vitrine::strokes {

namespace {

constexpr int samplesPerSpan = 5;

/// p(t) = ½ [2 p1 + (p2 − p0) t + (2 p0 − 5 p1 + 4 p2 − p3) t² + (3 p1 − p0 − 3 p2 + p3) t³]
float catmullRom(float p0, float p1, float p2, float p3, float t) {
    return 0.5f * (2 * p1 + t * ((p2 - p0) + t * ((2 * p0 - 5 * p1 + 4 * p2 - p3) +
                                                  t * (3 * p1 - p0 - 3 * p2 + p3))));
}

/// The neighbour of `end` on the far side of the span from `inner` to `end`. At a corner or at the
/// stroke's end there is none: the span is continued straight.
Knot beyond(std::span<const Knot> knots, size_t end, size_t inner) {
    const bool forward = end > inner;
    const bool atEnd = forward ? end + 1 == knots.size() : end == 0;
    if (!atEnd && !knots[end].corner) return knots[forward ? end + 1 : end - 1];
    return {2 * knots[end].x - knots[inner].x, 2 * knots[end].y - knots[inner].y};
}

}  // namespace

void appendCurve(std::span<const Knot> knots, std::vector<Ink>& ink) {
    ink.push_back({{knots[0].x, knots[0].y}, 0, false});
    for (size_t i = 0; i + 1 < knots.size(); ++i) {
        const Knot p0 = beyond(knots, i, i + 1), p1 = knots[i];
        const Knot p2 = knots[i + 1], p3 = beyond(knots, i + 1, i);
        for (int s = 1; s <= samplesPerSpan; ++s) {
            const float t = static_cast<float>(s) / samplesPerSpan;
            ink.push_back(
                {{catmullRom(p0.x, p1.x, p2.x, p3.x, t), catmullRom(p0.y, p1.y, p2.y, p3.y, t)}});
        }
    }
}

}  // namespace vitrine::strokes
