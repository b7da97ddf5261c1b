// SPDX-License-Identifier: Apache-2.0
// What products do to images while they load them: (x − center) · scale + shift by channel, and
// relu, each of which may be absent. Bits are those of the steps one after the other.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/api/problem.h"
#include "kernels/cuda/tiles.h"

namespace vitrine::kernels::cuda {

struct ChannelLoad {
    int center = -1, scale = -1, shift = -1;  ///< places of the call's operands; −1: absent
    bool isRelu = false;

    VITRINE_BOTH bool isThere() const { return center >= 0 || isRelu; }
    VITRINE_BOTH float of(float x, int64_t channel, void* const* places) const {
        const auto number = [&](int place) {
            return static_cast<const float*>(places[place])[channel];
        };
        if (center >= 0) x = std::fma(x - number(center), number(scale), number(shift));
        return isRelu && x < 0 ? 0 : x;
    }
    /// Of four channels side by side.
    VITRINE_BOTH Quad of(const Quad& x, int64_t channel, void* const* places) const {
        Quad result = x;
        VITRINE_UNROLL
        for (int i = 0; i < 4; ++i) result.number[i] = of(x.number[i], channel + i, places);
        return result;
    }
};

/// Numbers of other types are loaded as they are.
template <class T>
VITRINE_BOTH T loadedOf(const ChannelLoad& load, T x, int64_t channel, void* const* places) {
    if constexpr (std::is_same_v<T, float>)
        if (load.isThere()) return load.of(x, channel, places);
    return x;
}

/// What a call does to operand `place`; false where that is something else, or its load does
/// anything to another of the problem's operands.
inline bool makeLoad(const Call& call, int place, ChannelLoad& load) {
    std::vector<ChainStep> steps;
    for (const ChainStep& step : call.load) {
        if (step.at == place) steps.push_back(step);
        if (step.at != place && step.at < static_cast<int>(call.own)) return false;
    }
    const auto isFirst = [&](int from) { return from == ChainStep::soFar || from == place; };
    const auto isVector = [&](int from) {
        if (from < static_cast<int>(call.own)) return false;
        const Operand& operand = call.in(static_cast<size_t>(from));
        return operand.dtype == DType::F32 && operand.array.rank == 1 &&
               operand.array.shape[0] == call.in(static_cast<size_t>(place)).c;
    };
    size_t next = 0;
    if (steps.size() >= 2 && steps[0].function == Pointwise::Sub && isFirst(steps[0].a) &&
        steps[0].byChannel && isVector(steps[0].b) && steps[1].function == Pointwise::MulAdd &&
        isFirst(steps[1].a) && steps[1].byChannel && isVector(steps[1].b) && isVector(steps[1].c)) {
        load.center = steps[0].b;
        load.scale = steps[1].b;
        load.shift = steps[1].c;
        next = 2;
    }
    if (next < steps.size() && steps[next].function == Pointwise::Relu && isFirst(steps[next].a)) {
        load.isRelu = true;
        ++next;
    }
    return next == steps.size();
}

}  // namespace vitrine::kernels::cuda
