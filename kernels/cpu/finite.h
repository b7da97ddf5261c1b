// SPDX-License-Identifier: Apache-2.0
// The vector kernel of the search for numbers that are not finite: float32.
#pragma once

#include "kernels/api/finite.h"

namespace vitrine::kernels::cpu {

Kernel bindFirstNonFinite(const FirstNonFiniteProblem& problem);

}  // namespace vitrine::kernels::cpu
