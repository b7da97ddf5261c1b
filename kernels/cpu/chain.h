// SPDX-License-Identifier: Apache-2.0
// Chains of pointwise functions on rows that stay in the first-level cache: alone, or on what
// another kernel has just stored. Every step rounds to float32, with the functions of the kernels
// that stand alone, so that the bits are those of one after the other.
#pragma once

#include <span>
#include <string>

#include "kernels/api/problem.h"

namespace vitrine::kernels::cpu {

/// ` + sub + mul_add`.
std::string chainText(std::span<const ChainStep> steps);

/// Is everything that the steps read float32, without gaps, and repeated as chains can read it
/// where the result lies in `layout`?
bool canChain(const Call& call, Layout layout);

/// A pointwise problem and the steps after it. Operands: those of the call, y (y may be any of them
/// that is alike).
Kernel bindChain(const Call& call);

/// `inner` with the call's steps on its result; it takes the call's own operands and says which
/// share of the result a part leaves. Operands: those of the call, y.
Kernel bindStoreChain(Kernel inner, const Call& call);

}  // namespace vitrine::kernels::cpu
