// SPDX-License-Identifier: Apache-2.0
// Numbers of few bits: steps of a scale around a zero point, computed with floating-point numbers
// that hold them exactly.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// A scale or a zero point as it repeats over x: one number, one for each place of an axis, or one
/// for each block of `block` of them (0: none).
Value perPlace(Context& c, const Value& x, const Value& numbers, int64_t axis, int64_t block);

/// x less its zero point (where there is one), as `type`.
Value centred(Context& c, const Value& x, const Value& zeroPoint, DType type);

/// To the nearest steps, the even one of two, and to the ends of `type` past them.
Value quantized(Context& c, const Value& steps, const Value& zeroPoint, ElementType type);

}  // namespace vitrine::onnx
