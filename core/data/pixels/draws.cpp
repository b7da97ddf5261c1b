// SPDX-License-Identifier: Apache-2.0
// Beta as a ratio of two Gammas, which are drawn by Marsaglia and Tsang (ACM TOMS 26, 2000).
#include "core/data/pixels/draws.h"

#include <cmath>

namespace vitrine {

namespace {

/// In (0, 1).
double inside(Rng& rng) { return (static_cast<double>(rng.next()) + 0.5) * 0x1.0p-32; }

/// The logarithm of a number from Gamma(alpha): small alphas give numbers that no double holds.
double logGamma(Rng& rng, double alpha) {
    if (alpha < 1) return logGamma(rng, alpha + 1) + std::log(inside(rng)) / alpha;
    const double d = alpha - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = rng.normal(), root = 1 + c * x;
        if (root <= 0) continue;
        const double v = root * root * root;
        if (std::log(inside(rng)) < x * x / 2 + d * (1 - v + std::log(v))) return std::log(d * v);
    }
}

}  // namespace

double drawnBeta(Rng& rng, double alpha) {
    const double one = logGamma(rng, alpha), other = logGamma(rng, alpha);
    return 1 / (1 + std::exp(other - one));
}

}  // namespace vitrine
