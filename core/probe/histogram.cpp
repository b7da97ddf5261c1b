// SPDX-License-Identifier: Apache-2.0
// Bins from the exponent bits of a number.
#include "core/probe/histogram.h"

#include <algorithm>
#include <bit>

namespace vitrine {

int LogHistogram::binOf(double x) {
    const auto bits = std::bit_cast<uint64_t>(x);
    const int exponent = static_cast<int>(bits >> 52 & 0x7ff) - 1023;
    if (exponent < smallestExponent) return zeroBin;
    const int distance = std::min(exponent, largestExponent) - smallestExponent + 1;
    return x < 0 ? zeroBin - distance : zeroBin + distance;
}

}  // namespace vitrine
