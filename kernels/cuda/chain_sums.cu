// SPDX-License-Identifier: Apache-2.0
// Chains whose results are summed by channel while they are stored: each element is worked out and
// stored by the thread that adds it.
#include "kernels/cuda/columns.h"
#include "kernels/cuda/conv.h"
#include "kernels/cuda/fused.h"

namespace vitrine::kernels::cuda {

namespace {

/// A place is a channel, an element a pixel of an image.
struct ChainSums {
    struct State {
        double sum[SumPlan::most];
    };
    Places<24> at;
    Chain chain;
    Images images;
    SumPlan sums;
    int result = 1;

    VITRINE_BOTH static State none() { return {}; }
    VITRINE_BOTH void add(State& state, int64_t channel, int64_t element) const {
        auto pixel = static_cast<uint32_t>(element);
        const int64_t image = images.byPixels.take(pixel);
        const int64_t i = images.first({image, channel}) + pixel * images.step();
        const float stored = chain.at<false>(i, 0, at.place);
        at.get<float>(result)[i] = stored;
        for (int k = 0; k < sums.count; ++k) {
            const SumPlan::One& one = sums.one[k];
            double factor = 1;
            if (one.image >= 0)
                factor = static_cast<double>(at.get<const float>(one.image)[i]) -
                         static_cast<double>(at.get<const float>(one.center)[channel]);
            state.sum[k] += static_cast<double>(stored) * factor;
        }
    }
    VITRINE_BOTH static void join(State& state, const State& other) {
        for (int k = 0; k < SumPlan::most; ++k) state.sum[k] += other.sum[k];
    }
    VITRINE_BOTH void store(int64_t channel, const State& state) const {
        for (int k = 0; k < sums.count; ++k)
            at.get<float>(sums.one[k].result)[channel] = static_cast<float>(state.sum[k]);
    }
};

std::string whyNotSummed(const Call& call, const Chain& chain) {
    if (!chain.isCheap() || call.sums.size() > SumPlan::most)
        return "makes two sums of cheap steps";
    const Operand& y = call.out(0);
    if (y.array.rank < 2 || (!isWhole(y) && !isLast(y))) return "sums images";
    for (const ChannelSum& sum : call.sums) {
        if (sum.pass == ChannelPass::Moments) return "makes no moments";
        if (sum.pass != ChannelPass::Dot) continue;
        const Operand& image = call.in(sum.image);
        if (image.dtype != DType::F32 || (isWhole(y) ? !isWhole(image) : !isLast(image)))
            return "sums images that lie alike";
    }
    return {};
}

}  // namespace

DeviceStatus bindChainSums(const Call& call, const Chain& chain, StreamKernel* kernel) {
    if (const std::string why = whyNotSummed(call, chain); !why.empty())
        return refuse(kernel, "chain", why);
    const Operand& y = call.out(0);
    const int64_t elements = y.n * y.h * y.w;
    const ChainSums pass{.at = {},
                         .chain = chain,
                         .images = Images(y.c, y.h * y.w, !isWhole(y)),
                         .sums = sumsOf(call),
                         .result = static_cast<int>(call.inputs())};
    const std::string name = "chain:" + chainText(call).substr(2) + ", sums";
    if (!isWhole(y)) return takeColumns(kernel, call, name + " NHWC", pass, y.c, elements);
    return takeReduction(kernel, call, name, pass, ReductionSize(y.c, elements));
}

}  // namespace vitrine::kernels::cuda
