// SPDX-License-Identifier: Apache-2.0
// What is drawn: from a seed and a step that lie on the device, so that a recorded step draws
// afresh each time. Same bits as on the CPU.
#include <cmath>

#include "kernels/cuda/each.h"
#include "kernels/reference/philox.h"

namespace vitrine::kernels::cuda {

namespace {

/// The first word of Philox for an element.
VITRINE_BOTH inline uint32_t wordOf(const int64_t* key, uint32_t stream, int64_t element) {
    const auto seed = static_cast<uint64_t>(key[0]), index = static_cast<uint64_t>(element);
    return reference::philox({static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32),
                              static_cast<uint32_t>(key[1]), stream},
                             {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)})[0];
}

template <class T>
struct Drop {
    Places<3> at;
    uint32_t threshold = 0, stream = 0;
    T scale = 1;
    VITRINE_BOTH void operator()(int64_t i) const {
        const bool isKept = wordOf(at.get<const int64_t>(1), stream, i) >= threshold;
        at.get<T>(2)[i] = isKept ? at.get<const T>(0)[i] * scale : T(0);
    }
};

template <class T>
struct Spread {
    Places<2> at;
    uint32_t stream = 0;
    VITRINE_BOTH void operator()(int64_t i) const {
        const uint32_t word = wordOf(at.get<const int64_t>(0), stream, i) >> 9;
        at.get<T>(1)[i] = (static_cast<T>(word) + T(0.5)) * T(0x1p-23);
    }
};

/// ⌈rate · 2^32⌉, at most 2^32 − 1.
uint32_t thresholdOf(double rate) {
    return static_cast<uint32_t>(std::min(std::ceil(rate * 0x1.0p32), 0x1.0p32 - 1));
}

}  // namespace

DeviceStatus bindDropout(Context&, const Call& call, StreamKernel* kernel) {
    const auto& dropout = std::get<Dropout>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "dropout", why);
    return forReal(kernel, "dropout", call.out(0).dtype, [&](auto number) {
        using T = decltype(number);
        return takeEach(kernel, call, "dropout",
                        Drop<T>{.at = {},
                                .threshold = thresholdOf(dropout.rate),
                                .stream = dropout.stream,
                                .scale = static_cast<T>(1 / (1 - dropout.rate))},
                        call.out(0).array.elements());
    });
}

DeviceStatus bindUniform(Context&, const Call& call, StreamKernel* kernel) {
    const auto& uniform = std::get<Uniform>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "uniform", why);
    return forReal(kernel, "uniform", call.out(0).dtype, [&](auto number) {
        return takeEach(kernel, call, "uniform",
                        Spread<decltype(number)>{.at = {}, .stream = uniform.stream},
                        call.out(0).array.elements());
    });
}

}  // namespace vitrine::kernels::cuda
