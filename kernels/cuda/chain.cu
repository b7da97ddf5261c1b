// SPDX-License-Identifier: Apache-2.0
// Pointwise functions one after the other in one kernel: what they work on is read and written
// once.
#include "kernels/cuda/fused.h"

namespace vitrine::kernels::cuda {

namespace {

/// An item is an element of the result, which may lie where an operand like it does.
template <bool every>
struct ChainMap {
    Places<24> at;
    Chain chain;
    int result = 1;

    VITRINE_BOTH void operator()(int64_t i) const {
        at.get<float>(result)[i] = chain.at<every>(i, 0, at.place);
    }
};

}  // namespace

DeviceStatus bindChain(Context&, const Call& call, StreamKernel* kernel) {
    std::string why = whyNotIndexed(call);
    if (!why.empty()) return refuse(kernel, "chain", why);
    if (call.operands.size() > Places<24>::count)
        return refuse(kernel, "chain", "takes 24 operands at most");
    ChainMap<true> map;
    if (!makeChain(call, map.chain, why)) return refuse(kernel, "chain", why);
    if (!call.sums.empty()) return bindChainSums(call, map.chain, kernel);
    map.result = static_cast<int>(call.inputs());
    const int64_t count = call.out(0).array.elements();
    const std::string name = "chain:" + chainText(call).substr(2);
    if (!map.chain.isCheap()) return takeEach(kernel, call, name, map, count);
    return takeEach(kernel, call, name,
                    ChainMap<false>{.at = {}, .chain = map.chain, .result = map.result}, count);
}

}  // namespace vitrine::kernels::cuda
