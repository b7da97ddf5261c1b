// SPDX-License-Identifier: Apache-2.0
// Along one axis: where the extremes of windows are, the largest elements in order, reading and
// adding up by positions, running sums.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// x is seen as [outer][in][inner], y and index as [outer][out][inner]; position is int64.
///   Extreme  index[o, p, i] = position of the largest (smallest) x[o, k, i] with ⌊p · in / out⌋ ≤
///            k < ⌈(p + 1) · in / out⌉, the first of equals; a NaN is more extreme than all
///            numbers. y is the element there. Operands: x, y, index.
///   Top      the out largest (smallest) elements in order, the one with the lower position first
///            among equals; NaN counts as larger than all numbers. Operands: x, y, index.
///   Take     y[o, p, i] = x[o, index[o, p, i], i]. Operands: x, index, y.
///   Put      x[o, k, i] = Σ y[o, p, i] over p with index[o, p, i] = k, in their order: the adjoint
///            of Take. Operands: y, index, x.
///   Scan     y[o, p, i] = Σ x[o, k, i] over k ≤ p, with `exclusive` k < p, with `reverse` k ≥ p
///            (k > p), accumulated in double precision in the order of the sum. in = out.
///            Operands: x, y.
/// float32, float64 or whole numbers, whose sums wrap; Take moves elements of every type of whole
/// bytes. Without gaps. Positions lie in 0 … in − 1.
enum class AlongPass : uint8_t { Extreme, Top, Take, Put, Scan };
struct AlongProblem {
    AlongPass pass = AlongPass::Extreme;
    int64_t outer = 1, in = 1, out = 1, inner = 1;
    bool largest = true;                      ///< Extreme, Top
    bool exclusive = false, reverse = false;  ///< Scan
    DType dtype = DType::F32;
};
/// Deviation of a running sum from the float64 reference as a share of Σ |x| so far: the one
/// rounding. All else is exact but for the sums of Put, which are in the operand's type.
inline constexpr double scanTolerance = 1e-7;
Kernel selectAlong(const AlongProblem& problem);

}  // namespace vitrine::kernels
