// SPDX-License-Identifier: Apache-2.0
// The plain loop that defines the search for numbers that are not finite, on float and double.
#pragma once

#include "kernels/api/finite.h"

namespace vitrine::kernels::reference {

/// `x` has one pointer to T for each of the problem's counts.
template <class T>
void firstNonFinite(const FirstNonFiniteProblem& problem, const void* const* x, int32_t* first);

Kernel bindFirstNonFinite(const FirstNonFiniteProblem& problem);

}  // namespace vitrine::kernels::reference
