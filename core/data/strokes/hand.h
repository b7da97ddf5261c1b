// SPDX-License-Identifier: Apache-2.0
// The hand: how one writing of a digit departs from its skeleton.
#pragma once

#include <vector>

#include "core/base/rng.h"
#include "core/data/strokes/curve.h"

namespace vitrine::strokes {

/// Chooses a style of `digit` and writes it once, in skeleton coordinates (1 high, pen radius 0):
/// control points shaken, each stroke moved and turned a little, then one elastic and one affine
/// deformation of the whole. `distortion` scales all of it; 0 gives the bare skeleton.
void writeDigit(int digit, float distortion, Rng& rng, std::vector<Ink>& ink);

}  // namespace vitrine::strokes
