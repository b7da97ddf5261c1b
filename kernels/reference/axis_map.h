// SPDX-License-Identifier: Apache-2.0
// Linear maps along one axis in plain loops, which accumulate in double.
#pragma once

#include "kernels/api/axis_map.h"

namespace vitrine::kernels::reference {

Kernel bindAxisMap(const AxisMapProblem& problem);

}  // namespace vitrine::kernels::reference
