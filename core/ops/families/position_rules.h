// SPDX-License-Identifier: Apache-2.0
// Positions that come from data: those from −1 down count from the last, and some are none.
#pragma once

#include "core/ops/families/axis_rules.h"

namespace vitrine::positions {

/// Positions from 0 to extent − 1 as i64, one of them in place of those that are none.
struct Checked {
    ValueId index = noValue;
    ValueId isThere = noValue;  ///< bool
};
Checked checked(Builder& b, ValueId index, int64_t extent);

/// y where a position is, and elsewhere NaN (0 of whole numbers, false of bools).
ValueId orMissing(Builder& b, ValueId isThere, ValueId y);
/// y where a position is, and elsewhere 0.
ValueId orZero(Builder& b, ValueId isThere, ValueId y);

/// The rows that indices of a gather_nd or scatter_nd name.
struct Rows {
    ValueId rows = noValue;  ///< [count] of i64; as large as `extent` where there is none
    int64_t extent = 1;      ///< rows of x
    int64_t inner = 1;       ///< elements of a row
    Shape places;            ///< of the index, without its last axis
};
/// The last axis of the index holds positions along the axes of x behind the first `batchAxes`,
/// which both have. Errors are those of rowShapes.
Rows rows(Builder& b, const Shape& x, ValueId index, int64_t batchAxes);
/// The shape that is read from x so. Errors: `index [2, 4] names 4 axes, x [2, 3] has 2`.
Result<Shape> rowShapes(const Shape& x, const Shape& index, int64_t batchAxes);

constexpr PortSpec input(std::string_view pattern, std::string_view help) {
    return {.id = "index",
            .title = "Index",
            .types = indexTypes,
            .hasOwnType = true,
            .pattern = pattern,
            .help = help};
}

}  // namespace vitrine::positions
