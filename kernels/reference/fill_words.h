// SPDX-License-Identifier: Apache-2.0
// One number in every element of what the vector kernels do not compute with.
#pragma once

#include "kernels/api/pointwise.h"

namespace vitrine::kernels::reference {

/// Of whole numbers, bools and floats of 16 bits: the nearest number that the type has, whole ones
/// cut towards 0.
Kernel bindFillWords(const FillProblem& problem);

}  // namespace vitrine::kernels::reference
