// SPDX-License-Identifier: Apache-2.0
// Reductions by channel of what a kernel stores: every part sums what it has just left, while that
// is in the caches, and a last phase joins the parts in their order.
#pragma once

#include "kernels/api/problem.h"

namespace vitrine::kernels::cpu {

/// `inner` with the call's sums; it makes the call's first result, says which share of it a part
/// leaves, and takes the operands before those of the sums. Operands: those of the call.
Kernel bindPartSums(Kernel inner, const Call& call);

/// Why bindPartSums does not take it; empty where it does.
std::string_view whyNoPartSums(const Kernel& inner, const Call& call);

}  // namespace vitrine::kernels::cpu
