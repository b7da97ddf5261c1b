// SPDX-License-Identifier: Apache-2.0
// Many elements that become one at each of many places. Few elements: a thread a place. Many: a
// block a place, whose threads take every 256th and then join in a tree. Many elements and few
// places: several blocks a place leave what they have, and one thread joins it in order. Which way,
// and every order, follow from the problem alone.
//
// A pass is a plain value with `Places at` and
//   State                        none()
//   void add(State&, place, e)   with one element more
//   void join(State&, State)     what others have, who come behind
//   void store(place, State)
#pragma once

#include "kernels/cuda/blocks.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

/// Places and elements of each, and how many stretches the elements are cut into.
struct ReductionSize {
    int64_t places = 1, elements = 1, stretches = 1;

    ReductionSize() = default;
    ReductionSize(int64_t placeCount, int64_t elementCount)
        : places(placeCount), elements(elementCount) {
        constexpr int64_t enoughBlocks = 256, leastElements = 4096;
        if (isByThread() || places >= enoughBlocks) return;
        stretches = std::clamp<int64_t>(elements / leastElements, 1, enoughBlocks / places);
    }
    VITRINE_BOTH bool isByThread() const { return elements <= 32; }
    VITRINE_BOTH int64_t first(int64_t stretch) const { return elements * stretch / stretches; }
};

/// An item is a place.
template <class Pass>
struct ReduceByThread {
    Pass pass;
    int64_t elements = 0;
    VITRINE_BOTH void operator()(int64_t place) const {
        auto state = pass.none();
        for (int64_t e = 0; e < elements; ++e) pass.add(state, place, e);
        pass.store(place, state);
    }
};

/// The states of a block's threads, of which in each step the second half joins the first.
template <class Pass>
struct StatesOfBlock {
    using State = typename Pass::State;
    struct Shared {
        State state[blockThreads];
    };
    struct Own {};

    Pass pass;

    VITRINE_BOTH void load(int, ThreadPlace, Shared&, Own&) const {}
    VITRINE_BOTH void work(int step, ThreadPlace at, Shared& shared, Own&) const {
        const int half = blockThreads >> (step + 1);
        if (at.thread < half) pass.join(shared.state[at.thread], shared.state[at.thread + half]);
    }
};

/// A block is a stretch of a place. Where there are several, `partial` takes what each has.
template <class Pass>
struct ReduceByBlock : StatesOfBlock<Pass> {
    using typename StatesOfBlock<Pass>::State, typename StatesOfBlock<Pass>::Shared,
        typename StatesOfBlock<Pass>::Own;
    using StatesOfBlock<Pass>::pass;

    ReductionSize size;
    State* partial = nullptr;

    VITRINE_BOTH int steps(int64_t) const { return 8; }
    VITRINE_BOTH void begin(ThreadPlace at, Shared& shared, Own&) const {
        const int64_t place = at.block / size.stretches, stretch = at.block % size.stretches;
        const int64_t end = size.first(stretch + 1);
        State state = pass.none();
        for (int64_t e = size.first(stretch) + at.thread; e < end; e += blockThreads)
            pass.add(state, place, e);
        shared.state[at.thread] = state;
    }
    VITRINE_BOTH void finish(ThreadPlace at, Shared& shared, Own&) const {
        if (at.thread != 0) return;
        if (partial)
            partial[at.block] = shared.state[0];
        else
            pass.store(at.block, shared.state[0]);
    }
};

/// An item is a place: its stretches in order.
template <class Pass>
struct JoinStretches {
    using State = typename Pass::State;
    Pass pass;
    int64_t stretches = 1;
    const State* partial = nullptr;
    VITRINE_BOTH void operator()(int64_t place) const {
        State state = pass.none();
        for (int64_t s = 0; s < stretches; ++s) pass.join(state, partial[place * stretches + s]);
        pass.store(place, state);
    }
};

/// Bytes of workspace.
template <class Pass>
int64_t reductionBytes(const ReductionSize& size) {
    const auto bytes = static_cast<int64_t>(sizeof(typename Pass::State));
    return size.stretches == 1 ? 0 : size.places * size.stretches * bytes;
}

/// `pass` with its places; reductionBytes of workspace.
template <class Pass>
DeviceStatus runReduction(const Context& context, const Pass& pass, const ReductionSize& size,
                          void* workspace) {
    if (size.isByThread())
        return launch(context, eachKernel<ReduceByThread<Pass>>, size.places,
                      ReduceByThread<Pass>{pass, size.elements}, size.places);
    auto* const partial =
        size.stretches == 1 ? nullptr : static_cast<typename Pass::State*>(workspace);
    const DeviceStatus status = launchBlocks(context, ReduceByBlock<Pass>{{pass}, size, partial},
                                             size.places * size.stretches);
    if (status != DeviceStatus::Ok || !partial) return status;
    return launch(context, eachKernel<JoinStretches<Pass>>, size.places,
                  JoinStretches<Pass>{pass, size.stretches, partial}, size.places);
}

template <class Pass>
struct Reduction {
    Pass pass;
    ReductionSize size;
    size_t places = 0;
};

template <class Pass>
DeviceStatus launchReduction(DeviceContext* context, const void* problem, void* const* operands,
                             void* workspace) {
    const auto& reduction = *static_cast<const Reduction<Pass>*>(problem);
    Pass pass = reduction.pass;
    std::copy_n(operands, reduction.places, pass.at.place);
    return runReduction(*contextOf(context), pass, reduction.size, workspace);
}

template <class Pass>
DeviceStatus takeReduction(StreamKernel* kernel, const Call& call, const std::string& name,
                           const Pass& pass, const ReductionSize& size) {
    kernel->workspaceBytes = reductionBytes<Pass>(size);
    return take(kernel, name + " CUDA", Reduction<Pass>{pass, size, call.operands.size()},
                launchReduction<Pass>);
}

/// Σ of numbers in double.
struct Total {
    using State = double;
    VITRINE_BOTH static State none() { return 0; }
    VITRINE_BOTH static void join(State& sum, State other) { sum += other; }
};

}  // namespace vitrine::kernels::cuda
