// SPDX-License-Identifier: Apache-2.0
// Which kernel maps along an axis: vectors where they know the map, the plain loops otherwise.
#include "kernels/api/axis_map.h"

#include "kernels/cpu/axis_map.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/axis_map.h"

namespace vitrine::kernels {

Kernel selectAxisMap(const AxisMapProblem& problem) {
    return choose(problem, {float32Only<cpu::bindAxisMap>, reference::bindAxisMap});
}

}  // namespace vitrine::kernels
