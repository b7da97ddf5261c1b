// SPDX-License-Identifier: Apache-2.0
// Reductions whose places lie side by side, element behind element: 32 of them a block, so that its
// threads read neighbours. Passes are those of reduction.h; every order follows from the problem.
#pragma once

#include "kernels/cuda/reduction.h"

namespace vitrine::kernels::cuda {

/// A block is a stretch of the elements of 32 places, of which each of eight rows of threads takes
/// every eighth.
template <class Pass>
struct ReduceColumns : StatesOfBlock<Pass> {
    using typename StatesOfBlock<Pass>::State, typename StatesOfBlock<Pass>::Shared,
        typename StatesOfBlock<Pass>::Own;
    using StatesOfBlock<Pass>::pass;
    static constexpr int width = 32, rows = blockThreads / width;

    int64_t places = 1, elements = 1, stretches = 1;
    State* partial = nullptr;

    VITRINE_BOTH int steps(int64_t) const { return 3; }
    VITRINE_BOTH int64_t placeOf(ThreadPlace at) const {
        return at.block / stretches * width + at.thread % width;
    }
    VITRINE_BOTH void begin(ThreadPlace at, Shared& shared, Own&) const {
        const int64_t place = placeOf(at), stretch = at.block % stretches;
        const int64_t end = elements * (stretch + 1) / stretches;
        State state = pass.none();
        if (place < places)
            for (int64_t e = elements * stretch / stretches + at.thread / width; e < end; e += rows)
                pass.add(state, place, e);
        shared.state[at.thread] = state;
    }
    VITRINE_BOTH void finish(ThreadPlace at, Shared& shared, Own&) const {
        const int64_t place = placeOf(at);
        if (at.thread >= width || place >= places) return;
        if (partial)
            partial[place * stretches + at.block % stretches] = shared.state[at.thread];
        else
            pass.store(place, shared.state[at.thread]);
    }
};

template <class Pass>
struct Columns {
    ReduceColumns<Pass> body;
    size_t operands = 0;

    int64_t blocks() const {
        constexpr int64_t width = ReduceColumns<Pass>::width;
        return (body.places + width - 1) / width * body.stretches;
    }
};

template <class Pass>
DeviceStatus launchColumns(DeviceContext* given, const void* problem, void* const* operands,
                           void* workspace) {
    auto columns = *static_cast<const Columns<Pass>*>(problem);
    const Context& context = *contextOf(given);
    ReduceColumns<Pass>& body = columns.body;
    std::copy_n(operands, columns.operands, body.pass.at.place);
    if (body.stretches > 1) body.partial = static_cast<typename Pass::State*>(workspace);
    const DeviceStatus status = launchBlocks(context, body, columns.blocks());
    if (status != DeviceStatus::Ok || !body.partial) return status;
    return launch(context, eachKernel<JoinStretches<Pass>>, body.places,
                  JoinStretches<Pass>{body.pass, body.stretches, body.partial}, body.places);
}

template <class Pass>
DeviceStatus takeColumns(StreamKernel* kernel, const Call& call, const std::string& name,
                         const Pass& pass, int64_t places, int64_t elements) {
    constexpr int64_t enoughBlocks = 256, leastElements = 512;
    Columns<Pass> columns{{{pass}, places, elements, 1, nullptr}, call.operands.size()};
    const int64_t most = std::max<int64_t>(1, enoughBlocks / columns.blocks());
    columns.body.stretches = std::clamp<int64_t>(elements / leastElements, 1, most);
    if (columns.body.stretches > 1)
        kernel->workspaceBytes =
            places * columns.body.stretches * static_cast<int64_t>(sizeof(typename Pass::State));
    return take(kernel, name + " CUDA", columns, launchColumns<Pass>);
}

}  // namespace vitrine::kernels::cuda
