// SPDX-License-Identifier: Apache-2.0
// Filters into frequencies, packed as Winograd's convolution reads them.
#pragma once

#include "kernels/api/filter_transform.h"

namespace vitrine::kernels::cpu {

/// A part for each (band, block of 16 sources).
Kernel filterTransform(const FilterTransformProblem& problem);

}  // namespace vitrine::kernels::cpu
