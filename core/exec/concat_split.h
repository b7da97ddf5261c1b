// SPDX-License-Identifier: Apache-2.0
// Convolutions over images that are put side by side, without putting them there.
#pragma once

#include <string>
#include <vector>

#include "core/exec/kernel_choice.h"
#include "core/ir/program.h"

namespace vitrine {

/// Where one convolution and the gradient of its weight alone read a concatenation along channels:
/// each operand is convolved with its own channels of the filters, and the results are added up.
/// Neither the copy nor its gradient is made, and what an operand follows from may be kept in its
/// place. A sum over all channels becomes one of sums: other last bits. What the backward phase
/// does not keep stays as it is. `pinned`: names of values that stay. Gives the concatenations.
///
/// They stay in the program, where nobody reads them, until retireConcatenations takes them out:
/// what their operands become is what they would be made of.
std::vector<ValueId> splitConcatenations(Program& program, const std::vector<std::string>& pinned);
/// `split`: what splitConcatenations gave. After fuseLoads, and before fuseFrames.
void retireConcatenations(Program& program, std::vector<KernelChoice>& choices,
                          const std::vector<ValueId>& split);

}  // namespace vitrine
