// SPDX-License-Identifier: Apache-2.0
// Draws that several transforms make.
#pragma once

#include <cstdint>

#include "core/base/rng.h"

namespace vitrine {

/// A whole number from `least` to `most`, both included.
inline int64_t drawnWhole(Rng& rng, int64_t least, int64_t most) {
    return least + static_cast<int64_t>(rng.below(static_cast<uint32_t>(most - least + 1)));
}
/// Always one draw.
inline bool drawnChance(Rng& rng, double chance) {
    return static_cast<double>(rng.uniform()) < chance;
}
/// Beta(alpha, alpha): a share, near 0 or 1 where alpha is small, near ½ where it is large.
double drawnBeta(Rng& rng, double alpha);

}  // namespace vitrine
