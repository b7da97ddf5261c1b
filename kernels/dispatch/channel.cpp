// SPDX-License-Identifier: Apache-2.0
// Which per-channel kernel takes a problem.
#include "kernels/cpu/channel.h"
#include "kernels/api/reduce.h"
#include "kernels/cpu/chain.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"
#include "kernels/reference/channel.h"

namespace vitrine::kernels {

namespace {

/// In row-major memory of any rank.
Kernel sumInRows(const ChannelProblem& problem) {
    if (problem.x.layout != Layout::RowMajor) return refuse("rows: wants row-major");
    ReduceProblem sum{.x = problem.x};
    sum.isReduced.fill(true);
    sum.isReduced[1] = false;
    return selectReduce(sum);
}

}  // namespace

Offers offersOf(const Channel& channel, const Call& call) {
    switch (channel.pass) {
        case ChannelPass::Normalize:
            return Together(call, {call.inputs()}).inPlace({{0, 0}}).offers();
        case ChannelPass::Dot:
            return Together(call, {0, 1}).offers();
        case ChannelPass::Sum:
            return Together(call, {0}).offers(1);
        default:
            return Together(call, {0}).offers();
    }
}

Kernel bindTo(const Channel& channel, const Call& call) {
    ChannelProblem problem{.x = call.in(0), .y = {}, .epilogue = inRegisters(call)};
    switch (channel.pass) {
        case ChannelPass::Moments:
            return selectChannelMoments(problem);
        case ChannelPass::Normalize:
            // Row-major float32 is a chain, alone too, so that the bits are those of one.
            if (call.out(0).layout == Layout::RowMajor && cpu::canChain(call, Layout::RowMajor))
                return cpu::bindChain(call);
            problem.y = call.out(0);
            return selectChannelNormalize(problem);
        case ChannelPass::Sum:
            return selectChannelSum(problem);
        default:
            problem.y = call.in(1);
            return selectChannelDot(problem);
    }
}

Kernel selectChannelMoments(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelMoments, reference::channelMoments});
}
Kernel selectChannelNormalize(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelNormalize, reference::channelNormalize});
}
Kernel selectChannelSum(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelSum, float32Only<sumInRows>, reference::channelSum});
}
Kernel selectChannelDot(const ChannelProblem& problem) {
    return choose(problem, {cpu::channelDot, reference::channelDot});
}

}  // namespace vitrine::kernels
