// SPDX-License-Identifier: Apache-2.0
// Binding and running chains.
#include "kernels/cpu/chain.h"

#include "kernels/api/offer.h"
#include "kernels/cpu/chain_passes.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"
#include "kernels/cpu/upcoming.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels::cpu {

namespace {

constexpr int64_t grainElements = 16 * 1024;

struct Chain {
    ChainWalk walk;
    Passes passes;
    Cut cut;  ///< of planes, or of pieces of row-major memory
};

void runChain(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& chain = *static_cast<const Chain*>(problem);
    const Image& y = chain.walk.result();
    auto* const result = static_cast<float*>(operands[chain.walk.operands()]);
    ResultShare share{.first = chain.cut.begin(part), .endRow = y.h};
    share.count = chain.cut.end(part) - share.first;
    if (chain.walk.isRowMajor()) {
        const int64_t end = std::min(y.elements(), (share.first + share.count) * chainPiece);
        share.first *= chainPiece;
        share.count = end - share.first;
    }
    chain.walk.forEach(share, operands, result,
                       [&](const PieceOperands& from, float* to, int64_t count) {
                           alignas(64) float soFar[chainPiece];
                           chain.passes.run(from, soFar, soFar, to, count);
                       });
    if (y.halo > 0)
        for (int64_t plane = share.first; plane < share.first + share.count; ++plane)
            zeroHalo(y, result + plane * y.planeStride());
}

struct StoreChain {
    Kernel inner;
    size_t own = 0;  ///< operands of the inner kernel
    ChainWalk walk;  ///< what else the steps read
    Passes passes;
};

void runStoreChain(const void* problem, void* const* operands, Workspace workspace, int phase,
                   int64_t part) {
    const auto& chain = *static_cast<const StoreChain*>(problem);
    void* const y = operands[chain.own + chain.walk.operands()];
    std::array<void*, mostChainOperands> own{};
    std::copy_n(operands, chain.own, own.begin());
    own[chain.own] = y;
    const bool isLast = phase + 1 == chain.inner.phases;
    if (isLast)
        chain.walk.announce(chain.inner.share(chain.inner.problem.get(), part),
                            operands + chain.own);
    chain.inner.run(chain.inner.problem.get(), own.data(), workspace, phase, part);
    if (!isLast) return;
    Upcoming::ofThread().clear();
    chain.walk.forEach(chain.inner.share(chain.inner.problem.get(), part), operands + chain.own,
                       static_cast<float*>(y),
                       [&](const PieceOperands& from, float* to, int64_t count) {
                           chain.passes.run(from, to, to, to, count);
                       });
}

/// Planes in parts of as many each where that is possible: so parts end where images do.
Cut cutPlanes(const Image& y) {
    const Cut wanted = cut(y.planes(), y.planeStride(), grainElements);
    for (int64_t parts = wanted.parts; 2 * parts > wanted.parts; --parts)
        if (wanted.items % parts == 0) return {wanted.items, parts};
    return wanted;
}

/// Steps that work on operands need images like the result, and a buffer for each.
bool canLoad(const Call& call) {
    std::vector<int> loaded;
    for (const ChainStep& step : call.load) {
        if (step.at == ChainStep::soFar || std::ranges::find(loaded, step.at) != loaded.end())
            continue;
        loaded.push_back(step.at);
        if (!call.in(static_cast<size_t>(step.at)).hasExtentsOf(call.out(0))) return false;
    }
    return loaded.size() <= mostLoaded;
}

}  // namespace

std::string chainText(std::span<const ChainStep> steps) {
    std::string text;
    for (const ChainStep& step : steps) text.append(" + ").append(name(step.function));
    return text;
}

bool canChain(const Call& call, Layout layout) {
    const size_t first = asSteps(call.problem).empty() ? call.own : 0;
    size_t repeated = 0;
    for (size_t place = first; place < call.inputs(); ++place) {
        const Operand& operand = call.in(place);
        if (operand.dtype != DType::F32) return false;
        if (operand.layout == Layout::RowMajor && !isContiguous(operand)) return false;
        const std::optional<Reach> reach = reachInPlanes(call, place);
        if (layout == Layout::RowMajor ? !isReadInRuns(call, place) : !reach) return false;
        if (reach != Reach::Whole) ++repeated;
    }
    return call.out(0).dtype == DType::F32 && repeated <= mostRepeated && canLoad(call);
}

Kernel bindChain(const Call& call) {
    const std::vector<ChainStep> steps = chainOf(call);
    ChainWalk walk(call, 0);
    const Passes passes(steps, 0, walk);
    Chain chain{std::move(walk), passes, {}};
    const Image& y = chain.walk.result();
    chain.cut = chain.walk.isRowMajor()
                    ? cut((y.elements() + chainPiece - 1) / chainPiece, chainPiece, grainElements)
                    : cutPlanes(y);
    std::string text = "pointwise.chain ";
    text.append(layoutName(y.layout)).append(" vector ").append(instructionSet().name);
    const int64_t parts = chain.cut.parts;
    Kernel kernel =
        bindKernel(text + chainText(steps).replace(0, 3, ": "), std::move(chain), runChain);
    kernel.parts[0] = parts;
    if (y.layout != Layout::RowMajor)
        kernel.reads = kernel.share = [](const void* bound, int64_t part) -> ResultShare {
            const auto& own = *static_cast<const Chain*>(bound);
            const int64_t first = own.cut.begin(part);
            return {
                .first = first, .count = own.cut.end(part) - first, .endRow = own.walk.result().h};
        };
    return kernel;
}

Kernel bindStoreChain(Kernel inner, const Call& call) {
    std::vector<ChainStep> steps = call.load;
    steps.insert(steps.end(), call.store.begin(), call.store.end());
    const std::string text = inner.name + chainText(steps);
    Kernel kernel = inner;
    ChainWalk walk(call, call.own);
    const Passes passes(steps, call.own, walk);
    StoreChain chain{std::move(inner), call.own, std::move(walk), passes};
    kernel.name = text;
    kernel.problem = std::make_shared<const StoreChain>(std::move(chain));
    kernel.run = runStoreChain;
    kernel.share = [](const void* bound, int64_t part) {
        const Kernel& own = static_cast<const StoreChain*>(bound)->inner;
        return own.share(own.problem.get(), part);
    };
    if (kernel.reads)
        kernel.reads = [](const void* bound, int64_t part) {
            const Kernel& own = static_cast<const StoreChain*>(bound)->inner;
            return own.reads(own.problem.get(), part);
        };
    return kernel;
}

}  // namespace vitrine::kernels::cpu
