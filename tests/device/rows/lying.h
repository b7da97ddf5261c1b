// SPDX-License-Identifier: Apache-2.0
// Images that lie in several ways, and calls whose operands do: numbers are row-major for whoever
// looks.
#pragma once

#include "tests/device/bench.h"

namespace vitrine::device_check {

using Numbers = std::vector<float>;

/// From −3 to 3: sums of them are exact.
Numbers wholeNumbers(int64_t count);

/// One number for each channel.
kernels::Operand perChannel(int64_t channels);
/// An image, with its channels side by side or not.
kernels::Operand image(const kernels::Image& of, bool isLast);

/// What a call leaves in its results, in row-major order, and how long it took.
struct Left {
    std::vector<Numbers> results;
    double microseconds = 0;
    bool isOutside = false;  ///< wrote behind its last result
};
/// Operands of 4 bytes each, one behind the other.
Result<Left> runOn(const Bench& bench, const kernels::Call& call, const std::vector<Numbers>& in);

/// The largest difference, as a share of numbers above 1.
double furthest(const Numbers& found, const Numbers& wanted);

}  // namespace vitrine::device_check
