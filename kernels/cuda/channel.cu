// SPDX-License-Identifier: Apache-2.0
// Per-channel statistics, sums and maps. Sums are in double; those of the moments are of distances
// from the channel's first element, so that a mean far from zero costs no digits.
#include <cmath>

#include "kernels/cuda/columns.h"
#include "kernels/cuda/divisor.h"

namespace vitrine::kernels::cuda {

namespace {

/// Where element e of a channel lies.
struct ChannelPlan {
    int64_t channels = 1, pixels = 1;
    Divisor perImage;
    double count = 1;
    bool isLast = false;  ///< channels lie side by side

    explicit ChannelPlan(const Operand& x, bool areLast)
        : channels(x.c),
          pixels(x.h * x.w),
          perImage(x.h * x.w),
          count(static_cast<double>(x.n * x.h * x.w)),
          isLast(areLast) {}
    VITRINE_BOTH int64_t offset(int64_t channel, int64_t element) const {
        if (isLast) return element * channels + channel;
        auto pixel = static_cast<uint32_t>(element);
        const int64_t image = perImage.take(pixel);
        return (image * channels + channel) * pixels + pixel;
    }
};

/// x → mean, variance.
template <class T>
struct Moments {
    struct State {
        double sum, squares;  ///< of distances
    };
    Places<3> at;
    ChannelPlan plan;

    VITRINE_BOTH static State none() { return {0, 0}; }
    VITRINE_BOTH double center(int64_t channel) const {
        return static_cast<double>(at.get<const T>(0)[plan.offset(channel, 0)]);
    }
    VITRINE_BOTH void add(State& state, int64_t channel, int64_t element) const {
        const double x = static_cast<double>(at.get<const T>(0)[plan.offset(channel, element)]);
        const double distance = x - center(channel);
        state.sum += distance;
        state.squares += distance * distance;
    }
    VITRINE_BOTH static void join(State& state, const State& other) {
        state.sum += other.sum;
        state.squares += other.squares;
    }
    VITRINE_BOTH void store(int64_t channel, const State& state) const {
        const double mean = state.sum / plan.count;
        const double variance = state.squares / plan.count - mean * mean;
        at.get<T>(1)[channel] = static_cast<T>(center(channel) + mean);
        at.get<T>(2)[channel] = static_cast<T>(variance < 0 ? 0 : variance);
    }
};

/// x → sum.
template <class T>
struct ChannelTotal : Total {
    Places<2> at;
    ChannelPlan plan;
    explicit ChannelTotal(const ChannelPlan& of) : plan(of) {}
    VITRINE_BOTH void add(double& sum, int64_t channel, int64_t element) const {
        sum += static_cast<double>(at.get<const T>(0)[plan.offset(channel, element)]);
    }
    VITRINE_BOTH void store(int64_t channel, double sum) const {
        at.get<T>(1)[channel] = static_cast<T>(sum);
    }
};

/// x, y, center → dot.
template <class T>
struct ChannelDot : Total {
    Places<4> at;
    ChannelPlan plan;
    explicit ChannelDot(const ChannelPlan& of) : plan(of) {}
    VITRINE_BOTH void add(double& sum, int64_t channel, int64_t element) const {
        const int64_t i = plan.offset(channel, element);
        sum += static_cast<double>(at.get<const T>(0)[i]) *
               (static_cast<double>(at.get<const T>(1)[i]) -
                static_cast<double>(at.get<const T>(2)[channel]));
    }
    VITRINE_BOTH void store(int64_t channel, double dot) const {
        at.get<T>(3)[channel] = static_cast<T>(dot);
    }
};

/// x, center, scale, shift → y. An item is an element.
template <class T>
struct ChannelMap {
    Places<5> at;
    Divisor pixels, channels;
    VITRINE_BOTH void operator()(int64_t i) const {
        uint32_t channel = pixels.quotient(static_cast<uint32_t>(i));
        static_cast<void>(channels.take(channel));
        const T distance = at.get<const T>(0)[i] - at.get<const T>(1)[channel];
        at.get<T>(4)[i] =
            std::fma(distance, at.get<const T>(2)[channel], at.get<const T>(3)[channel]);
    }
};

template <class Pass>
DeviceStatus takePass(StreamKernel* kernel, const Call& call, const std::string& name,
                      const Pass& pass) {
    const Operand& x = call.in(0);
    const ReductionSize size(x.c, x.n * x.h * x.w);
    if (!pass.plan.isLast) return takeReduction(kernel, call, name, pass, size);
    return takeColumns(kernel, call, name + " NHWC", pass, x.c, x.n * x.h * x.w);
}

template <class T>
DeviceStatus takeChannel(StreamKernel* kernel, const Call& call, ChannelPass pass) {
    const Operand& x = call.in(0);
    const ChannelPlan plan(x, hasLast(call));
    switch (pass) {
        case ChannelPass::Moments:
            return takePass(kernel, call, "channel.moments", Moments<T>{{}, plan});
        case ChannelPass::Sum:
            return takePass(kernel, call, "channel.sum", ChannelTotal<T>(plan));
        case ChannelPass::Dot:
            return takePass(kernel, call, "channel.dot", ChannelDot<T>(plan));
        default:
            return takeEach(
                kernel, call, "channel.normalize",
                ChannelMap<T>{.at = {}, .pixels = Divisor(x.h * x.w), .channels = Divisor(x.c)},
                x.array.elements());
    }
}

/// Of reductions all images lie with their channels side by side, or none does.
std::string whyNotSummed(const Call& call) {
    const ChannelPass pass = std::get<Channel>(call.problem).pass;
    if (!hasLast(call) || pass == ChannelPass::Normalize) return whyNotPlain(call);
    if (!call.load.empty() || !call.store.empty() || !call.sums.empty()) return appliesNothing;
    const size_t images = pass == ChannelPass::Dot ? 2 : 1;
    for (size_t k = 0; k < images; ++k)
        if (!isLast(call.in(k))) return "wants all images with their channels side by side";
    return whyNotIndexed(call);
}

}  // namespace

DeviceStatus bindChannel(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotSummed(call); !why.empty())
        return refuse(kernel, "channel", why);
    return forReal(kernel, "channel", call.in(0).dtype, [&](auto number) {
        return takeChannel<decltype(number)>(kernel, call, std::get<Channel>(call.problem).pass);
    });
}

}  // namespace vitrine::kernels::cuda
