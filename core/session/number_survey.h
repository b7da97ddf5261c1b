// SPDX-License-Identifier: Apache-2.0
// NumberSurvey: what the numbers of a data set are: from where to where, and which are none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/session/example_walk.h"

namespace vitrine {

/// Of one column of floating-point numbers.
struct NumberSurvey {
    std::string column;
    double smallest = 0, largest = 0;  ///< of the finite ones; the first above the second: none
    int64_t lookedAt = 0;              ///< examples
    int64_t notFinite = 0;             ///< of these, that have a NaN or an infinite number
    int64_t firstPlace = -1;           ///< of the first such example; ExampleWalk counts places
    bool hasFinite() const { return smallest <= largest; }
};

/// Of all such columns. With `looksAtAll` every example, on the walk's threads; else some, spread
/// over the data. Errors: `stopped`.
Result<std::vector<NumberSurvey>> numbersOf(const ExampleWalk& walk, bool looksAtAll);

/// Of every example of column `column` as networks take it, one that is stored as numbers.
NumberSurvey numbersIn(const Dataset& data, size_t column);

}  // namespace vitrine
