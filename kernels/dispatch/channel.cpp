// SPDX-License-Identifier: Apache-2.0
// Which per-channel kernel takes a problem.
#include "kernels/cpu/channel.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/channel.h"

namespace vitrine::kernels {

Kernel selectChannelMoments(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelMoments, reference::channelMoments});
}
Kernel selectChannelNormalize(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelNormalize, reference::channelNormalize});
}
Kernel selectChannelSum(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelSum, reference::channelSum});
}
Kernel selectChannelDot(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelDot, reference::channelDot});
}

}  // namespace vitrine::kernels
