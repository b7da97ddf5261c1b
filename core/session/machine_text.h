// SPDX-License-Identifier: Apache-2.0
// What the engine runs on, in words for a report of a fault.
#pragma once

#include <string>
#include <vector>

namespace vitrine {

/// `AVX3`, `AVX2`: what kernels that are chosen now use.
std::string instructionSetText();

/// What the system calls its processor; `unknown processor` where it does not say.
std::string processorName();

/// `1 device`, or why there is none. Loads the library with CUDA's kernels where it is there.
std::string cudaText();

/// The path of NVIDIA's cuBLASLt, or that there is none and what for it would be needed. Looks for
/// it at every call.
std::string cublasLtText();

struct MachinePart {
    std::string name, text;
};

/// `Processor`, `CUDA`, `cuBLASLt`: each in one line.
std::vector<MachinePart> machineParts();

}  // namespace vitrine
