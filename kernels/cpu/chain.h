// SPDX-License-Identifier: Apache-2.0
// Chains of pointwise functions on rows that stay in the first-level cache: alone, or on what
// another kernel has just stored. Every step rounds to float32, with the functions of the kernels
// that stand alone, so that the bits are those of one after the other.
#pragma once

#include "kernels/api/problem.h"

namespace vitrine::kernels::cpu {

/// A pointwise function and the steps after it: float32, operands and result in one layout, row-
/// major ones without gaps. Operands: those of the call, y (y may be any of them).
Kernel bindMapChain(const Map& map, const Call& call);

/// `inner` with the call's steps on its result; it takes the call's own operands and says which
/// share of the result a part leaves. Operands: those of the call, y.
Kernel bindStoreChain(Kernel inner, const Call& call);

}  // namespace vitrine::kernels::cpu
