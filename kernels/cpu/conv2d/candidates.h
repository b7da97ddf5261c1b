// SPDX-License-Identifier: Apache-2.0
// The fast convolutions, each of which takes a problem or says why not. In reading order:
//   axis     which taps a result meets along one axis
//   gather   forward and data as one operation: results gather taps from all source channels
//   blocked  plans with 16 channels in a line; blocked_gather and blocked_weights run them
//   lanes    plans with 16 images in a line; lanes_gather and lanes_weights run them
//   winograd plans of F(4 × 4, 3 × 3) in blocks; winograd_gather, _weights run them
//   depthwise plans of narrow groups in blocks; depthwise_gather, _weights run them
//   halo     the border of zeros that results leave
#pragma once

#include <string>

#include "kernels/api/conv2d.h"

namespace vitrine::kernels {

struct Conv2dCandidate {
    const char* name;  ///< layout and algorithm
    Layout layout;     ///< of both images
    Algorithm algorithm;
    bool finishes;  ///< takes the steps of a Finish
    /// Empty if it takes the problem, else why not.
    std::string (*refusal)(const Conv2dProblem& problem, ConvPass pass);
    /// How the weight of a problem that it takes is to lie; forward and data.
    Packing (*packing)(const Conv2dProblem& problem, ConvPass pass);
    /// Of a problem that it takes, with the weight packed so.
    Kernel (*make)(const Conv2dProblem& problem, ConvPass pass);
};

extern const Conv2dCandidate conv2dBlockedDirect;
extern const Conv2dCandidate conv2dBlockedWinograd;
extern const Conv2dCandidate conv2dBlockedDepthwise;
extern const Conv2dCandidate conv2dLanesDirect;

/// `conv2d.forward lanes direct AVX3`.
std::string conv2dKernelName(ConvPass pass, const char* candidate);

}  // namespace vitrine::kernels
