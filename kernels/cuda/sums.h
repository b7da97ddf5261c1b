// SPDX-License-Identifier: Apache-2.0
// Reductions by channel of what tiles store, made from the tiles while they are in shared memory:
// each leaves what its columns come to, and blocks of their own join that in order, so that the
// same bits come out however many tiles run at once.
#pragma once

#include "kernels/cuda/reduction.h"

namespace vitrine::kernels::cuda {

/// Numbers by their count, mean and sum of squared distances from that: joined without loss of
/// digits where the mean is far from zero (Chan, Golub and LeVeque, 1979).
struct Statistics {
    double count, mean, squares;
    VITRINE_BOTH static Statistics none() { return {0, 0, 0}; }
    VITRINE_BOTH static void join(Statistics& all, const Statistics& more) {
        const double count = all.count + more.count;
        if (count == 0) return;
        const double distance = more.mean - all.mean;
        all.squares += more.squares + distance * distance * all.count * more.count / count;
        all.mean += distance * more.count / count;
        all.count = count;
    }
};

/// What a call sums, by the places of operands and results.
struct SumPlan {
    static constexpr int most = 2;
    struct One {
        bool isOfMoments = false;
        int image = -1, center = -1;  ///< of a dot; −1: there is none
        int result = 0;               ///< Moments have another behind it
    };
    One one[most];
    int count = 0;
    int64_t channels = 1, rowTiles = 1;

    /// What tiles leave: of sum `which`, the channels of each row of tiles.
    VITRINE_BOTH int64_t place(int which, int64_t channel, int64_t rowTile) const {
        return (which * channels + channel) * rowTiles + rowTile;
    }
    /// Adds what comes behind. Of a sum, the mean is the total.
    VITRINE_BOTH void join(int which, Statistics& all, const Statistics& more) const {
        if (one[which].isOfMoments)
            Statistics::join(all, more);
        else
            all.mean += more.mean;
    }
    int64_t partials() const { return count * channels * rowTiles; }
};

/// A place is a channel, an element a row of tiles.
struct JoinTiles {
    using State = Statistics;
    Places<2> at;
    SumPlan plan;
    int which = 0;
    const Statistics* partial = nullptr;

    VITRINE_BOTH static State none() { return Statistics::none(); }
    VITRINE_BOTH void add(State& state, int64_t channel, int64_t rowTile) const {
        join(state, partial[plan.place(which, channel, rowTile)]);
    }
    VITRINE_BOTH void join(State& state, const State& more) const { plan.join(which, state, more); }
    VITRINE_BOTH void store(int64_t channel, const State& state) const {
        at.get<float>(0)[channel] = static_cast<float>(state.mean);
        if (plan.one[which].isOfMoments)
            at.get<float>(1)[channel] = static_cast<float>(state.squares / state.count);
    }
};

/// Bytes of workspace: what tiles leave, then what joining them takes.
inline int64_t partialBytes(const SumPlan& plan) {
    return plan.partials() * static_cast<int64_t>(sizeof(Statistics));
}
inline int64_t sumBytes(const SumPlan& plan) {
    return partialBytes(plan) +
           reductionBytes<JoinTiles>(ReductionSize(plan.channels, plan.rowTiles));
}

/// Joins what tiles left at the start of a workspace of sumBytes.
inline DeviceStatus joinTiles(const Context& context, const SumPlan& plan, void* const* operands,
                              void* workspace) {
    const ReductionSize size(plan.channels, plan.rowTiles);
    auto* const bytes = static_cast<std::byte*>(workspace);
    for (int which = 0; which < plan.count; ++which) {
        JoinTiles pass{.at = {},
                       .plan = plan,
                       .which = which,
                       .partial = static_cast<const Statistics*>(workspace)};
        const int result = plan.one[which].result;
        pass.at.place[0] = operands[result];
        if (plan.one[which].isOfMoments) pass.at.place[1] = operands[result + 1];
        const DeviceStatus status = runReduction(context, pass, size, bytes + partialBytes(plan));
        if (status != DeviceStatus::Ok) return status;
    }
    return DeviceStatus::Ok;
}

}  // namespace vitrine::kernels::cuda
