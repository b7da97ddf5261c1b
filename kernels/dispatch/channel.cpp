// SPDX-License-Identifier: Apache-2.0
// Choice of the per-channel kernels.
#include "kernels/reference/channel.h"

namespace vitrine::kernels {

Kernel selectChannelMoments(const ChannelProblem& problem) {
    return reference::channelMoments(problem);
}
Kernel selectChannelNormalize(const ChannelProblem& problem) {
    return reference::channelNormalize(problem);
}
Kernel selectChannelSum(const ChannelProblem& problem) { return reference::channelSum(problem); }
Kernel selectChannelDot(const ChannelProblem& problem) { return reference::channelDot(problem); }

}  // namespace vitrine::kernels
