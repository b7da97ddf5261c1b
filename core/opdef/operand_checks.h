// SPDX-License-Identifier: Apache-2.0
// Checks that inferShapes of many operators share. Each error names the port, what was found and
// what was wanted; it comes without the operator's name, which the caller puts in front.
#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/opdef/program.h"

namespace vitrine {

/// `x needs floating-point numbers, got i32`.
Result<void> needFloat(std::string_view port, const ValueShape& type);
/// Same shape and element type. `both operands need one shape, got [2, 3] and [2, 4]`.
Result<void> needAlike(std::string_view operands, const ValueShape& a, const ValueShape& b);
/// Floating-point, of one element in any rank. `factor needs one element, got [3]`.
Result<void> needScalar(std::string_view port, const ValueShape& type);
/// Floating-point [N, C] or [N, C, H, W].
Result<void> needImage(std::string_view port, const ValueShape& type);
/// Floating-point [N, C].
Result<void> needMatrix(std::string_view port, const ValueShape& type);
/// Floating-point [length]. `scale needs shape [3], got [4]`.
Result<void> needVector(std::string_view port, const ValueShape& type, int64_t length);
/// int32 [length]. `labels needs i32 [4], got f32 [5]`.
Result<void> needLabels(std::string_view port, const ValueShape& type, int64_t length);

}  // namespace vitrine
