// SPDX-License-Identifier: Apache-2.0
// Per-channel statistics and maps in the layouts of 16-wide planes.
#pragma once

#include "kernels/api/channel.h"

namespace vitrine::kernels::cpu {

Kernel channelMoments(const ChannelProblem& problem);
Kernel channelNormalize(const ChannelProblem& problem);
Kernel channelSum(const ChannelProblem& problem);
Kernel channelDot(const ChannelProblem& problem);

}  // namespace vitrine::kernels::cpu
