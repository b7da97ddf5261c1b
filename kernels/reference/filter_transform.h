// SPDX-License-Identifier: Apache-2.0
// Filters into frequencies, and the adjoint, as the formula says.
#pragma once

#include "kernels/api/filter_transform.h"

namespace vitrine::kernels::reference {

/// Row-major alone.
Kernel filterTransform(const FilterTransformProblem& problem);

}  // namespace vitrine::kernels::reference
