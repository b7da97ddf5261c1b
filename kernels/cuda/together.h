// SPDX-License-Identifier: Apache-2.0
// One launch for many bodies of one kind, each with elements of its own: what a step does to every
// parameter. Elements do not meet, so every bit is as if each body had a launch to itself.
#pragma once

#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

/// As many as the parameters of a launch have room for.
template <class Body>
struct Together {
    static constexpr int most = static_cast<int>(3900 / (sizeof(Body) + 2 * sizeof(int64_t)));
    static constexpr int64_t piece = 1024;
    Body body[most];
    int64_t count[most] = {};
    int64_t end[most] = {};  ///< in pieces of elements, with those before
    int bodies = 0;

    void add(const Body& one, int64_t elements) {
        const int64_t pieces = (elements + piece - 1) / piece;
        end[bodies] = (bodies == 0 ? 0 : end[bodies - 1]) + pieces;
        body[bodies] = one;
        count[bodies++] = elements;
    }
    int64_t pieces() const { return end[bodies - 1]; }
    VITRINE_BOTH void run(int64_t which, int thread, int threads) const {
        int b = 0;
        while (end[b] <= which) ++b;
        const int64_t first = (which - (b == 0 ? 0 : end[b - 1])) * piece;
        const int64_t last = first + piece < count[b] ? first + piece : count[b];
        for (int64_t i = first + thread; i < last; i += threads) body[b](i);
    }
};

template <class Body>
__global__ void togetherKernel(Together<Body> all, int64_t pieces, const int32_t* held) {
    if (isHeld(held)) return;
    for (int64_t p = blockIdx.x; p < pieces; p += gridDim.x)
        all.run(p, static_cast<int>(threadIdx.x), static_cast<int>(blockDim.x));
}

/// `bodyOf(k)` with its places, and `elements(k)` of each.
template <class Body, class BodyOf, class Elements>
DeviceStatus launchBodies(const Context& context, int32_t count, BodyOf bodyOf, Elements elements) {
    for (int32_t k = 0; k < count;) {
        Together<Body> all;
        for (; k < count && all.bodies < Together<Body>::most; ++k) all.add(bodyOf(k), elements(k));
        const DeviceStatus status =
            launch(context, togetherKernel<Body>, all.pieces() * 256, all, all.pieces());
        if (status != DeviceStatus::Ok) return status;
    }
    return DeviceStatus::Ok;
}

template <class Body>
DeviceStatus launchEachTogether(DeviceContext* context, const StreamKernel* const* kernels,
                                int32_t count, void* const* const* operands, void*) {
    const auto each = [&](int32_t k) -> const Each<Body>& {
        return *static_cast<const Each<Body>*>(kernels[k]->problem.get());
    };
    return launchBodies<Body>(
        *contextOf(context), count,
        [&](int32_t k) {
            Body body = each(k).body;
            std::copy_n(operands[k], each(k).places, body.at.place);
            return body;
        },
        [&](int32_t k) { return each(k).count; });
}

}  // namespace vitrine::kernels::cuda
