// SPDX-License-Identifier: Apache-2.0
// The vector kernels of linear maps along one axis: float32, rows of few terms.
#pragma once

#include "kernels/api/axis_map.h"

namespace vitrine::kernels::cpu {

Kernel bindAxisMap(const AxisMapProblem& problem);
Kernel bindPlaneAxisMap(const PlaneAxisMapProblem& problem);

}  // namespace vitrine::kernels::cpu
