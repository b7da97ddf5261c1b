// SPDX-License-Identifier: Apache-2.0
// Kernels with steps on what they store: which there are, and their names.
#pragma once

#include "kernels/cuda/chain.h"
#include "kernels/cuda/sums.h"

namespace vitrine::kernels::cuda {

/// Why a kernel that does nothing to its own operands when it loads them does not take a call.
inline std::string whyNotLoaded(const Call& call) {
    const auto isStored = [&](const ChainStep& step) {
        return step.at >= static_cast<int>(call.own);
    };
    return std::ranges::all_of(call.load, isStored) ? "" : "does nothing to its own operands";
}
/// The same for one that does steps on what it stores, and sums that, where operands are whole.
inline std::string whyNotFused(const Call& call) {
    const std::string why = whyNotLoaded(call);
    return why.empty() ? whyNotWhole(call) : why;
}
/// The same for one that sums nothing.
inline std::string whyNotStored(const Call& call) {
    return call.sums.empty() ? whyNotFused(call) : "makes no sums";
}

/// Steps on what a kernel stores, and sums of that.
struct StoreSums : StoreChain {
    static constexpr int operands = StoreChain::operands + 8;
    SumPlan sums;
};

/// What a call sums; whoever cuts it into tiles says into how many.
inline SumPlan sumsOf(const Call& call) {
    SumPlan plan;
    plan.channels = call.out(0).c;
    auto result = static_cast<int>(call.inputs()) + 1;
    for (const ChannelSum& sum : call.sums) {
        SumPlan::One& one = plan.one[plan.count++];
        one.isOfMoments = sum.pass == ChannelPass::Moments;
        if (sum.pass == ChannelPass::Dot) {
            one.image = static_cast<int>(sum.image);
            one.center = static_cast<int>(sum.center);
        }
        one.result = result;
        result += static_cast<int>(sum.results());
    }
    return plan;
}

/// ` of sub of mul_add + add + relu, moments`: what is done to operands, then to the result.
inline std::string stepsText(const Call& call) {
    std::string text;
    for (const ChainStep& step : call.load)
        if (step.at < static_cast<int>(call.own)) text.append(" of ").append(name(step.function));
    for (const ChainStep& step : call.store) text.append(" + ").append(name(step.function));
    for (const ChannelSum& sum : call.sums)
        text += sum.pass == ChannelPass::Moments ? ", moments"
                : sum.pass == ChannelPass::Dot   ? ", dot"
                                                 : ", sum";
    return text;
}

/// `make(T{}, fused)` with what is done to the result before it is stored: nothing in F32 and F64,
/// or cheap steps in F32.
template <class Make>
DeviceStatus forFused(StreamKernel* kernel, const char* family, const Call& call, Make make) {
    if (call.store.empty())
        return forReal(kernel, family, call.out(0).dtype,
                       [&](auto number) { return make(number, NoChain{}); });
    StoreChain fused;
    std::string why;
    if (!makeChain(call, fused.chain, why)) return refuse(kernel, family, why);
    if (!fused.chain.isCheap()) return refuse(kernel, family, "stores through cheap steps alone");
    return make(float{}, fused);
}

/// The same with sums of what is stored.
template <class Make>
DeviceStatus forSummed(StreamKernel* kernel, const char* family, const Call& call, Make make) {
    if (call.sums.empty()) return forFused(kernel, family, call, make);
    StoreSums fused;
    std::string why;
    if (!makeChain(call, fused.chain, why)) return refuse(kernel, family, why);
    if (!fused.chain.isCheap() || call.sums.size() > SumPlan::most)
        return refuse(kernel, family, "stores through cheap steps alone, and makes two sums");
    fused.sums = sumsOf(call);
    return make(float{}, fused);
}

}  // namespace vitrine::kernels::cuda
