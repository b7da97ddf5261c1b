// SPDX-License-Identifier: Apache-2.0
// Convolution with one channel a group: there is no product of matrices in it, only sums of taps.
#include "kernels/cuda/columns.h"
#include "kernels/cuda/conv.h"
#include "kernels/cuda/fused.h"

namespace vitrine::kernels::cuda {

namespace {

/// An item is an element of y.
template <class T, class Fused>
struct DepthwiseForward {
    Places<4 + Fused::operands> at;
    ConvSize conv;
    WindowPlan window;
    Images xs, ys;
    int result = 2;
    bool hasBias = false;
    Fused fused;

    VITRINE_BOTH void operator()(int64_t i) const {
        auto pixel = static_cast<uint32_t>(i);
        const auto [image, filter] = ys.take(pixel);
        const T* const x = at.template get<const T>(0) + xs.first({image, filter / conv.filters});
        const T* const w = at.template get<const T>(1) + filter * window.taps;
        const Pixel y = window.pixelOfY(pixel);
        T sum = hasBias ? at.template get<const T>(2)[filter] : T(0);
        for (int32_t tap = 0; tap < window.taps; ++tap) {
            const int32_t place = window.inX(y, window.tap(static_cast<uint32_t>(tap)));
            if (place >= 0) sum += x[place * xs.step()] * w[tap];
        }
        at.template get<T>(result)[i] = fused.stored(i, sum, at.place);
    }
};

/// An item is an element of dx.
template <class T, class Fused>
struct DepthwiseData {
    Places<3 + Fused::operands> at;
    ConvSize conv;
    WindowPlan window;
    Images xs, ys;
    int result = 2;
    Fused fused;

    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const Images::Plane plane = xs.take(index);
        const Pixel pixel = window.pixelOfX(index);
        T sum = 0;
        for (int64_t f = 0; f < conv.filters; ++f) {
            const int64_t filter = plane.channel * conv.filters + f;
            const T* const dy = at.template get<const T>(0) + ys.first({plane.image, filter});
            const T* const w = at.template get<const T>(1) + filter * window.taps;
            for (int32_t tap = 0; tap < window.taps; ++tap) {
                const int32_t place = window.inY(pixel, window.tap(static_cast<uint32_t>(tap)));
                if (place >= 0) sum += dy[place * ys.step()] * w[tap];
            }
        }
        at.template get<T>(result)[i] = fused.stored(i, sum, at.place);
    }
};

/// A place is an element of dw, an element a pixel of y of an image. Where channels lie side by
/// side, so do places with the same tap.
template <class T>
struct DepthwiseWeights : Total {
    Places<3> at;
    ConvSize conv;
    WindowPlan window;
    Images xs, ys;
    Divisor taps;

    DepthwiseWeights(const ConvSize& size, const WindowPlan& plan, const Images& x, const Images& y)
        : conv(size), window(plan), xs(x), ys(y), taps(plan.taps) {}

    /// `tap`, a place, becomes its tap.
    VITRINE_BOTH int64_t filterOf(uint32_t& tap) const {
        if (!ys.areLast) return taps.take(tap);
        uint32_t filter = tap;
        tap = ys.byChannels.take(filter);
        return filter;
    }
    VITRINE_BOTH void add(double& sum, int64_t place, int64_t element) const {
        auto tap = static_cast<uint32_t>(place), pixel = static_cast<uint32_t>(element);
        const int64_t filter = filterOf(tap), image = ys.byPixels.take(pixel);
        const int32_t in = window.inX(window.pixelOfY(pixel), window.tap(tap));
        if (in < 0) return;
        const int64_t y = ys.first({image, filter}) + pixel * ys.step();
        const int64_t x = xs.first({image, filter / conv.filters}) + in * xs.step();
        sum +=
            static_cast<double>(at.get<const T>(0)[y]) * static_cast<double>(at.get<const T>(1)[x]);
    }
    VITRINE_BOTH void store(int64_t place, double sum) const {
        auto tap = static_cast<uint32_t>(place);
        const int64_t filter = filterOf(tap);
        at.get<T>(2)[filter * window.taps + tap] = static_cast<T>(sum);
    }
};

Images imagesOf(const Operand& operand, bool areLast) {
    return {operand.c, operand.h * operand.w, areLast};
}

template <class T, class Fused>
DeviceStatus takeDepthwise(const Call& call, const ConvSize& size, const Fused& fused,
                           StreamKernel* kernel) {
    const auto& conv = std::get<Conv>(call.problem);
    const WindowPlan window(conv.window);
    const bool areLast = hasLast(call), isForward = conv.pass == ConvPass::Forward;
    const Images xs = imagesOf(isForward ? call.in(0) : call.out(0), areLast),
                 ys = imagesOf(isForward ? call.out(0) : call.in(0), areLast);
    const int64_t count = call.out(0).array.elements();
    const auto result = static_cast<int>(call.inputs());
    const std::string name = "conv2d." + passName(conv.pass) + " depthwise" + stepsText(call) +
                             (hasLast(call) ? " NHWC" : "");
    if (isForward)
        return takeEach(kernel, call, name,
                        DepthwiseForward<T, Fused>{.at = {},
                                                   .conv = size,
                                                   .window = window,
                                                   .xs = xs,
                                                   .ys = ys,
                                                   .result = result,
                                                   .hasBias = conv.bias,
                                                   .fused = fused},
                        count);
    return takeEach(kernel, call, name,
                    DepthwiseData<T, Fused>{.at = {},
                                            .conv = size,
                                            .window = window,
                                            .xs = xs,
                                            .ys = ys,
                                            .result = result,
                                            .fused = fused},
                    count);
}

}  // namespace

DeviceStatus bindDepthwise(Context&, const Call& call, const ConvSize& size, StreamKernel* kernel) {
    const auto& conv = std::get<Conv>(call.problem);
    if (conv.pass != ConvPass::Weights)
        return forFused(kernel, "conv2d", call, [&](auto number, const auto& fused) {
            return takeDepthwise<decltype(number)>(call, size, fused, kernel);
        });
    const bool areLast = hasLast(call);
    const int64_t places = call.out(0).array.elements(), elements = size.images * size.yPixels;
    return forReal(kernel, "conv2d", call.out(0).dtype, [&](auto number) {
        const DepthwiseWeights<decltype(number)> pass(size, WindowPlan(conv.window),
                                                      imagesOf(call.in(1), areLast),
                                                      imagesOf(call.in(0), areLast));
        const std::string name = "conv2d.weights depthwise";
        if (areLast) return takeColumns(kernel, call, name + " NHWC", pass, places, elements);
        return takeReduction(kernel, call, name, pass, ReductionSize(places, elements));
    });
}

}  // namespace vitrine::kernels::cuda
