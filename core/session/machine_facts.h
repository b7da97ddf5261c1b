// SPDX-License-Identifier: Apache-2.0
// What the engine finds on this machine, for people.
#pragma once

#include <string>

namespace vitrine {

struct MachineFacts {
    std::string instructionSet;  ///< that kernels use: `AVX2`
    std::string cuda;            ///< `2 devices`, or why there is none
};
MachineFacts machineFacts();

}  // namespace vitrine
