// SPDX-License-Identifier: Apache-2.0
// Reductions by channel of what a kernel stores: every part sums what it has just left, while that
// is in the caches, and a last phase joins the parts in their order. Steps on what the kernel
// stores are taken piece by piece, and pieces summed where they are, in the first-level cache or in
// registers.
#pragma once

#include "kernels/api/problem.h"

namespace vitrine::kernels::cpu {

/// `inner` with the call's sums; it makes the call's first result, says which share of it a part
/// leaves, and takes the operands before those of the sums. Operands: those of the call.
Kernel bindPartSums(Kernel inner, const Call& call);

/// `inner` with the steps of `unsummed`, which is the call without its sums, as in bindStoreChain,
/// and with the call's sums: the bits of bindPartSums of that. whyNoPiecewiseSums is empty.
Kernel bindPiecewiseSums(Kernel inner, const Call& unsummed, const Call& call);
/// Why bindPiecewiseSums does not take it: pieces of what is not flat are no runs of sums.
std::string_view whyNoPiecewiseSums(const Kernel& inner, const Call& unsummed, const Call& call);

/// Why bindPartSums does not take it; empty where it does.
std::string_view whyNoPartSums(const Kernel& inner, const Call& call);

}  // namespace vitrine::kernels::cpu
