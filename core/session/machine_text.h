// SPDX-License-Identifier: Apache-2.0
// What the engine runs on, in words for a report of a fault.
#pragma once

#include <string>

namespace vitrine {

/// `AVX3`, `AVX2`: what kernels that are chosen now use.
std::string instructionSetText();

/// `1 device`, or why there is none. Loads the library with CUDA's kernels where it is there.
std::string cudaText();

}  // namespace vitrine
