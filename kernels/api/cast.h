// SPDX-License-Identifier: Apache-2.0
// The same numbers in another element type.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// y = x in y's element type, any of them to any other.
///   to floats         nearest, ties to even, in one rounding. Past the largest number infinity; in
///                     8- and 4-bit floats the largest number where `saturate`, else infinity or
///                     NaN, whichever the format has (see small_float.h)
///   floats to whole   cut towards zero, at the ends of y's range where past them; NaN is 0
///   whole to whole    the low bits, as C++ converts
///   to bool           false for zero alone
/// Operands: x, y: of one shape in one layout with one halo; row-major without gaps.
struct CastProblem {
    Operand x, y;
    bool saturate = true;
};
Kernel selectCast(const CastProblem& problem);

}  // namespace vitrine::kernels
