// SPDX-License-Identifier: Apache-2.0
// Which kernel maps along an axis: vectors where they know the map, the plain loops otherwise.
#include "kernels/api/axis_map.h"

#include <algorithm>

#include "kernels/cpu/axis_map.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/axis_map.h"

namespace vitrine::kernels {

Kernel selectAxisMap(const AxisMapProblem& problem) {
    return choose(problem, {float32Only<cpu::bindAxisMap>, reference::bindAxisMap});
}

Kernel selectPlaneAxisMap(const PlaneAxisMapProblem& problem) {
    return choose(problem, {cpu::bindPlaneAxisMap});
}

int64_t mostTerms(const AxisMap& map) {
    int64_t most = 0;
    for (size_t p = 0; p + 1 < map.begin.size(); ++p)
        most = std::max(most, map.begin[p + 1] - map.begin[p]);
    return most;
}

}  // namespace vitrine::kernels
