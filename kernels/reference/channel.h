// SPDX-License-Identifier: Apache-2.0
// Per-channel statistics and maps in plain loops over row-major images: these define "correct".
// Sums accumulate in double.
#pragma once

#include "kernels/api/channel.h"

namespace vitrine::kernels::reference {

Kernel channelMoments(const ChannelProblem& problem);
Kernel channelNormalize(const ChannelProblem& problem);
Kernel channelSum(const ChannelProblem& problem);
Kernel channelDot(const ChannelProblem& problem);

}  // namespace vitrine::kernels::reference
