// SPDX-License-Identifier: Apache-2.0
// Convolution with one channel a group: there is no product of matrices in it, only sums of taps.
#include "kernels/cuda/conv.h"
#include "kernels/cuda/reduction.h"

namespace vitrine::kernels::cuda {

namespace {

/// An item is an element of y.
template <class T>
struct DepthwiseForward {
    Places<4> at;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels;
    int result = 2;

    VITRINE_BOTH void operator()(int64_t i) const {
        auto pixel = static_cast<uint32_t>(i);
        const int64_t plane = pixels.take(pixel), all = conv.groups * conv.filters;
        const int64_t filter = plane % all;
        const T* const x =
            at.get<const T>(0) + (plane / all * conv.groups + filter / conv.filters) * conv.xPixels;
        const T* const w = at.get<const T>(1) + filter * window.taps;
        const Pixel y = window.pixelOfY(pixel);
        T sum = result == 3 ? at.get<const T>(2)[filter] : T(0);
        for (int32_t tap = 0; tap < window.taps; ++tap) {
            const int32_t place = window.inX(y, window.tap(static_cast<uint32_t>(tap)));
            if (place >= 0) sum += x[place] * w[tap];
        }
        at.get<T>(result)[i] = sum;
    }
};

/// An item is an element of dx.
template <class T>
struct DepthwiseData {
    Places<3> at;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels;

    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const int64_t plane = pixels.take(index);
        const Pixel pixel = window.pixelOfX(index);
        T sum = 0;
        for (int64_t f = 0; f < conv.filters; ++f) {
            const T* const dy = at.get<const T>(0) + (plane * conv.filters + f) * conv.yPixels;
            const T* const w =
                at.get<const T>(1) + (plane % conv.groups * conv.filters + f) * window.taps;
            for (int32_t tap = 0; tap < window.taps; ++tap) {
                const int32_t place = window.inY(pixel, window.tap(static_cast<uint32_t>(tap)));
                if (place >= 0) sum += dy[place] * w[tap];
            }
        }
        at.get<T>(2)[i] = sum;
    }
};

/// A place is an element of dw, an element a pixel of y of an image.
template <class T>
struct DepthwiseWeights : Total {
    Places<3> at;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels, taps;

    DepthwiseWeights(const ConvSize& size, const WindowPlan& plan)
        : conv(size), window(plan), pixels(size.yPixels), taps(plan.taps) {}

    VITRINE_BOTH void add(double& sum, int64_t place, int64_t element) const {
        auto tap = static_cast<uint32_t>(place), pixel = static_cast<uint32_t>(element);
        const int64_t filter = taps.take(tap), image = pixels.take(pixel);
        const int32_t in = window.inX(window.pixelOfY(pixel), window.tap(tap));
        if (in < 0) return;
        const int64_t y = image * conv.groups * conv.filters + filter;
        const int64_t x = image * conv.groups + filter / conv.filters;
        sum += static_cast<double>(at.get<const T>(0)[y * conv.yPixels + pixel]) *
               static_cast<double>(at.get<const T>(1)[x * conv.xPixels + in]);
    }
    VITRINE_BOTH void store(int64_t place, double sum) const {
        at.get<T>(2)[place] = static_cast<T>(sum);
    }
};

}  // namespace

DeviceStatus bindDepthwise(Context&, const Call& call, const ConvSize& size, StreamKernel* kernel) {
    const auto& conv = std::get<Conv>(call.problem);
    const WindowPlan window(conv.window);
    const int64_t count = call.out(0).array.elements();
    return forReal(kernel, "conv2d", call.out(0).dtype, [&](auto number) {
        using T = decltype(number);
        if (conv.pass == ConvPass::Forward)
            return takeEach(kernel, call, "conv2d.forward depthwise",
                            DepthwiseForward<T>{.at = {},
                                                .conv = size,
                                                .window = window,
                                                .pixels = Divisor(size.yPixels),
                                                .result = conv.bias ? 3 : 2},
                            count);
        if (conv.pass == ConvPass::Data)
            return takeEach(
                kernel, call, "conv2d.data depthwise",
                DepthwiseData<T>{
                    .at = {}, .conv = size, .window = window, .pixels = Divisor(size.xPixels)},
                count);
        return takeReduction(kernel, call, "conv2d.weights depthwise",
                             DepthwiseWeights<T>(size, window),
                             ReductionSize(count, size.images * size.yPixels));
    });
}

}  // namespace vitrine::kernels::cuda
