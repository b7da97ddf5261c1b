// SPDX-License-Identifier: Apache-2.0
// How people write digits: each in several styles, each style as pen strokes through knots.
#pragma once

#include <span>

namespace vitrine::strokes {

/// A point that a pen stroke goes through. x to the right, y down; a digit is 1 high.
struct Knot {
    float x = 0, y = 0;
    bool corner = false;  ///< the pen turns here instead of running through smoothly
};

using Stroke = std::span<const Knot>;

/// One way of writing a digit.
struct Style {
    std::span<const Stroke> strokes;
    float share = 1;  ///< how often it is used, relative to the digit's other styles
};

/// The styles of a digit, 0 to 9.
std::span<const Style> stylesOf(int digit);

}  // namespace vitrine::strokes
