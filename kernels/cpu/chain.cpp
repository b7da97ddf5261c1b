// SPDX-License-Identifier: Apache-2.0
// Binding and running chains.
#include "kernels/cpu/chain.h"

#include "kernels/api/offer.h"
#include "kernels/cpu/chain_walk.h"
#include "kernels/cpu/channel.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"
#include "kernels/cpu/pointwise.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/machine.h"

namespace vitrine::kernels::cpu {

namespace {

constexpr int64_t grainElements = 16 * 1024;

/// One pass over a piece: a step, or several that registers take together.
struct Pass {
    RowFunction run = nullptr;
    NormalizeRow normalize = nullptr;  ///< instead of it
    Parameters parameters = {};
    std::array<int, 4> from{};  ///< operands of the walk, or soFar
};

bool isRelu(std::span<const ChainStep> steps, size_t i) {
    return i < steps.size() && steps[i].function == Pointwise::Relu &&
           steps[i].a == ChainStep::soFar;
}

/// The passes of a chain over `walk`, whose first operand is the call's `first`.
class Passes {
  public:
    Passes(std::span<const ChainStep> steps, size_t first, ChainWalk& walk) : m_first(first) {
        std::vector<char> isReadWhole(walk.operands(), 0);
        for (size_t i = 0; i < steps.size();) {
            const bool normalizes = isNormalize(steps, i, walk);
            const size_t next = i + (normalizes ? 2 : 1);
            const bool thenRelu = isRelu(steps, next);
            m_passes.push_back(normalizes ? normalization(steps[i], steps[i + 1], thenRelu)
                                          : single(steps[i], thenRelu));
            for (size_t k = 0; k < (normalizes ? 1 : 4); ++k)
                if (const int operand = m_passes.back().from[k]; operand != ChainStep::soFar)
                    isReadWhole[static_cast<size_t>(operand)] = 1;
            i = next + (thenRelu ? 1 : 0);
        }
        for (size_t k = 0; k < isReadWhole.size(); ++k)
            if (!isReadWhole[k]) walk.writeOnePixel(k);
    }

    /// What each pass gives goes to `between`, what the last one gives to `to`.
    void run(const PieceOperands& operands, const float* soFar, float* between, float* to,
             int64_t count) const {
        for (size_t i = 0; i < m_passes.size(); ++i) {
            const Pass& pass = m_passes[i];
            const auto from = [&](size_t k) {
                const int operand = pass.from[k];
                return operand == ChainStep::soFar ? soFar : operands[static_cast<size_t>(operand)];
            };
            float* const result = i + 1 < m_passes.size() ? between : to;
            if (pass.normalize)
                pass.normalize(from(0), {from(1), from(2), from(3)}, result, count);
            else
                pass.run({from(0), from(1), from(2)}, result, count, pass.parameters);
            soFar = result;
        }
    }

  private:
    int operandOf(int place) const {
        return place == ChainStep::soFar ? place : place - static_cast<int>(m_first);
    }
    /// (a − center) · scale + shift with numbers by channel: that of channels' own kernel.
    bool isNormalize(std::span<const ChainStep> steps, size_t i, const ChainWalk& walk) const {
        if (walk.isRowMajor() || i + 1 >= steps.size()) return false;
        const ChainStep &offset = steps[i], &affine = steps[i + 1];
        const auto isByChannel = [&](int place) {
            const int operand = operandOf(place);
            return operand != ChainStep::soFar && walk.isByChannel(static_cast<size_t>(operand));
        };
        return offset.function == Pointwise::Sub && affine.function == Pointwise::MulAdd &&
               affine.a == ChainStep::soFar && isByChannel(offset.b) && isByChannel(affine.b) &&
               isByChannel(affine.c);
    }
    Pass single(const ChainStep& step, bool thenRelu) const {
        return {rowFunction(step.function, thenRelu),
                nullptr,
                parameters(step.p, step.q),
                {operandOf(step.a), operandOf(step.b), operandOf(step.c), ChainStep::soFar}};
    }
    Pass normalization(const ChainStep& offset, const ChainStep& affine, bool thenRelu) const {
        return {
            nullptr,
            normalizeRow(thenRelu),
            {},
            {operandOf(offset.a), operandOf(offset.b), operandOf(affine.b), operandOf(affine.c)}};
    }

    size_t m_first;
    std::vector<Pass> m_passes;
};

std::string chainText(std::span<const ChainStep> steps) {
    std::string text;
    for (const ChainStep& step : steps) text.append(" + ").append(name(step.function));
    return text;
}

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
    chain.inner.run(chain.inner.problem.get(), own.data(), workspace, phase, part);
    if (phase + 1 < chain.inner.phases) return;
    chain.walk.forEach(chain.inner.share(chain.inner.problem.get(), part), operands + chain.own,
                       static_cast<float*>(y),
                       [&](const PieceOperands& from, float* to, int64_t count) {
                           chain.passes.run(from, to, to, to, count);
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
    ChainWalk walk(call, 0);
    const Passes passes(steps, 0, walk);
    Chain chain{std::move(walk), passes, {}};
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
    if (y.layout != Layout::RowMajor)
        kernel.share = [](const void* bound, int64_t part) -> ResultShare {
            const auto& own = *static_cast<const Chain*>(bound);
            const int64_t first = own.cut.begin(part);
            return {
                .first = first, .count = own.cut.end(part) - first, .endRow = own.walk.result().h};
        };
    return kernel;
}

Kernel bindStoreChain(Kernel inner, const Call& call) {
    const std::string text = inner.name + chainText(call.store);
    Kernel kernel = inner;
    ChainWalk walk(call, call.own);
    const Passes passes(call.store, call.own, walk);
    StoreChain chain{std::move(inner), call.own, std::move(walk), passes};
    kernel.name = text;
    kernel.problem = std::make_shared<const StoreChain>(std::move(chain));
    kernel.run = runStoreChain;
    kernel.share = [](const void* bound, int64_t part) {
        const Kernel& own = static_cast<const StoreChain*>(bound)->inner;
        return own.share(own.problem.get(), part);
    };
    return kernel;
}

}  // namespace vitrine::kernels::cpu
