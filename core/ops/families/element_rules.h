// SPDX-License-Identifier: Apache-2.0
// Elements by positions along one axis, where the index may have smaller extents on the others.
#pragma once

#include "core/ops/families/position_rules.h"

namespace vitrine::elements {

/// Errors: `index [2, 4] needs up to the extents of x [2, 3] outside of axis 0`.
Result<int> checkedAxis(const Attrs& attrs, const Shape& x, const Shape& index);
/// The first places of x on every axis but one, as many as a shape has.
ValueId first(Builder& b, ValueId x, int axis, const Shape& extents);
/// x with other first places.
ValueId withFirst(Builder& b, ValueId x, int axis, ValueId places);

}  // namespace vitrine::elements
