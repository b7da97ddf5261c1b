// SPDX-License-Identifier: Apache-2.0
// Binding and running chains.
#include "kernels/cpu/chain.h"

#include "kernels/api/offer.h"
#include "kernels/cpu/chain_walk.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels::cpu {

namespace {

constexpr int64_t grainElements = 16 * 1024;

struct Step {
    RowFunction run = nullptr;
    float p = 0;
    std::array<int, 3> from{};  ///< operands of the walk, or soFar
};

/// `first`: the place in the call of the walk's first operand.
std::vector<Step> boundSteps(std::span<const ChainStep> steps, size_t first) {
    const auto operandOf = [&](int place) {
        return place == ChainStep::soFar ? place : place - static_cast<int>(first);
    };
    std::vector<Step> bound;
    for (const ChainStep& step : steps)
        bound.push_back({rowFunction(step.function),
                         static_cast<float>(step.p),
                         {operandOf(step.a), operandOf(step.b), operandOf(step.c)}});
    return bound;
}

void runStep(const Step& step, const PieceOperands& operands, const float* soFar, float* to,
             int64_t count) {
    const auto from = [&](int operand) {
        return operand == ChainStep::soFar ? soFar : operands[static_cast<size_t>(operand)];
    };
    step.run({from(step.from[0]), from(step.from[1]), from(step.from[2])}, to, count, step.p);
}

std::string chainText(std::span<const ChainStep> steps) {
    std::string text;
    for (const ChainStep& step : steps) text.append(" + ").append(name(step.function));
    return text;
}

struct Chain {
    ChainWalk walk;
    std::vector<Step> steps;
    Cut cut;  ///< of planes, or of pieces of row-major memory
};

void runChain(const void* problem, void* const* operands, void*, int, int64_t part) {
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
                           for (size_t s = 0; s < chain.steps.size(); ++s)
                               runStep(chain.steps[s], from, soFar,
                                       s + 1 < chain.steps.size() ? soFar : to, count);
                       });
    if (y.halo > 0)
        for (int64_t plane = share.first; plane < share.first + share.count; ++plane)
            zeroHalo(y, result + plane * y.planeStride());
}

struct StoreChain {
    Kernel inner;
    size_t own = 0;  ///< operands of the inner kernel
    ChainWalk walk;  ///< what else the steps read
    std::vector<Step> steps;
};

void runStoreChain(const void* problem, void* const* operands, void* workspace, int phase,
                   int64_t part) {
    const auto& chain = *static_cast<const StoreChain*>(problem);
    void* const y = operands[chain.own + chain.walk.operands()];
    std::array<void*, mostChainOperands> own{};
    std::copy_n(operands, chain.own, own.begin());
    own[chain.own] = y;
    chain.inner.run(chain.inner.problem.get(), own.data(), workspace, phase, part);
    if (phase + 1 < chain.inner.phases) return;
    chain.walk.forEach(chain.inner.share(chain.inner.problem.get(), part), operands + chain.own,
                       static_cast<float*>(y),
                       [&](const PieceOperands& from, float* to, int64_t count) {
                           for (const Step& step : chain.steps) runStep(step, from, to, to, count);
                       });
}

}  // namespace

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
    return call.out(0).dtype == DType::F32 && repeated <= mostRepeated;
}

Kernel bindChain(const Call& call) {
    const std::vector<ChainStep> steps = chainOf(call);
    Chain chain{ChainWalk(call, 0), boundSteps(steps, 0), {}};
    const Image& y = chain.walk.result();
    chain.cut = chain.walk.isRowMajor()
                    ? cut((y.elements() + chainPiece - 1) / chainPiece, chainPiece, grainElements)
                    : cut(y.planes(), y.planeStride(), grainElements);
    std::string text = "pointwise.chain ";
    text.append(layoutName(y.layout)).append(" vector ").append(instructionSet().name);
    const int64_t parts = chain.cut.parts;
    Kernel kernel =
        bindKernel(text + chainText(steps).replace(0, 3, ": "), std::move(chain), runChain);
    kernel.parts[0] = parts;
    return kernel;
}

Kernel bindStoreChain(Kernel inner, const Call& call) {
    const std::string text = inner.name + chainText(call.store);
    Kernel kernel = inner;
    StoreChain chain{std::move(inner), call.own, ChainWalk(call, call.own),
                     boundSteps(call.store, call.own)};
    kernel.name = text;
    kernel.problem = std::make_shared<const StoreChain>(std::move(chain));
    kernel.run = runStoreChain;
    kernel.share = nullptr;
    return kernel;
}

}  // namespace vitrine::kernels::cpu
