// SPDX-License-Identifier: Apache-2.0
// What this machine can run: the instruction sets that kernels were compiled for, which of them
// newly selected kernels use, and a cap to run lesser ones on purpose.
#pragma once

#include <string_view>
#include <vector>

namespace vitrine::kernels {

struct InstructionSet {
    std::string_view name;  ///< Highway's: `AVX3` (AVX-512), `AVX2`, …; part of kernel names
    int floatLanes = 4;     ///< floats in a vector register
};

/// Every instruction set that can run here, best first. The cap does not matter.
std::vector<InstructionSet> availableInstructionSets();

/// What kernels selected from now on use.
InstructionSet instructionSet();

/// Kernels selected from now on use nothing better than `name`; an empty name lifts the cap. False,
/// and no change, if `name` is not available. Kernels that exist keep theirs.
/// Threads: while no other thread selects kernels.
bool capInstructionSet(std::string_view name);

}  // namespace vitrine::kernels
