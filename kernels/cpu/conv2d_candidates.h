// SPDX-License-Identifier: Apache-2.0
// The fast convolutions, each of which takes a problem or says why not.
#pragma once

#include <string>

#include "kernels/api/conv2d.h"

namespace vitrine::kernels {

struct Conv2dCandidate {
    const char* name;  ///< layout and algorithm
    Layout layout;     ///< of both images
    /// Empty if it takes the problem, else why not.
    std::string (*refusal)(const Conv2dProblem& problem, ConvPass pass);
    Kernel (*make)(const Conv2dProblem& problem, ConvPass pass);
};

extern const Conv2dCandidate conv2dBlockedDirect;
extern const Conv2dCandidate conv2dLanesDirect;

/// `conv2d.forward lanes direct AVX3`.
std::string conv2dKernelName(ConvPass pass, const char* candidate);

}  // namespace vitrine::kernels
