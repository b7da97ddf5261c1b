// SPDX-License-Identifier: Apache-2.0
// Convolution and its two adjoints as products of matrices that are never written down: tiles load
// what belongs together from the images themselves. Groups are the batches of the product.
#include "kernels/cuda/conv.h"
#include "kernels/cuda/tiled_product.h"

namespace vitrine::kernels::cuda {

namespace {

/// Rows are the pixels of y of all images, columns filters, the depth channels and taps.
template <class T>
struct ConvForward {
    using Number = T;
    static constexpr bool aAlongM = true, bAlongN = false;
    Places<4> at;
    ProductSize size;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels, taps;
    int result = 2;

    VITRINE_BOTH T a(int64_t group, int64_t m, int64_t k) const {
        auto pixel = static_cast<uint32_t>(m), tap = static_cast<uint32_t>(k);
        const int64_t image = pixels.take(pixel), channel = taps.take(tap);
        const int32_t place = window.inX(window.pixelOfY(pixel), window.tap(tap));
        const int64_t plane = (image * conv.groups + group) * conv.channels + channel;
        return place < 0 ? T(0) : at.get<const T>(0)[plane * conv.xPixels + place];
    }
    VITRINE_BOTH T b(int64_t group, int64_t k, int64_t n) const {
        return at.get<const T>(1)[(group * conv.filters + n) * size.depth + k];
    }
    VITRINE_BOTH void store(int64_t group, int64_t m, int64_t n, T sum) const {
        auto pixel = static_cast<uint32_t>(m);
        const int64_t image = pixels.take(pixel), filter = group * conv.filters + n;
        if (result == 3) sum += at.get<const T>(2)[filter];
        const int64_t plane = image * conv.groups * conv.filters + filter;
        at.get<T>(result)[plane * conv.yPixels + pixel] = sum;
    }
};

/// Rows are the pixels of dx of all images, columns channels, the depth filters and taps.
template <class T>
struct ConvData {
    using Number = T;
    static constexpr bool aAlongM = true, bAlongN = false;
    Places<3> at;
    ProductSize size;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels, taps;

    VITRINE_BOTH T a(int64_t group, int64_t m, int64_t k) const {
        auto pixel = static_cast<uint32_t>(m), tap = static_cast<uint32_t>(k);
        const int64_t image = pixels.take(pixel), filter = taps.take(tap);
        const int32_t place = window.inY(window.pixelOfX(pixel), window.tap(tap));
        const int64_t plane = (image * conv.groups + group) * conv.filters + filter;
        return place < 0 ? T(0) : at.get<const T>(0)[plane * conv.yPixels + place];
    }
    VITRINE_BOTH T b(int64_t group, int64_t k, int64_t n) const {
        auto tap = static_cast<uint32_t>(k);
        const int64_t filter = group * conv.filters + taps.take(tap);
        return at.get<const T>(1)[(filter * conv.channels + n) * window.taps + tap];
    }
    VITRINE_BOTH void store(int64_t group, int64_t m, int64_t n, T sum) const {
        auto pixel = static_cast<uint32_t>(m);
        const int64_t image = pixels.take(pixel);
        const int64_t plane = (image * conv.groups + group) * conv.channels + n;
        at.get<T>(2)[plane * conv.xPixels + pixel] = sum;
    }
};

/// Rows are filters, columns channels and taps, the depth the pixels of y of all images.
template <class T>
struct ConvWeights {
    using Number = T;
    static constexpr bool aAlongM = false, bAlongN = false;
    Places<3> at;
    ProductSize size;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels, taps;

    VITRINE_BOTH T a(int64_t group, int64_t m, int64_t k) const {
        auto pixel = static_cast<uint32_t>(k);
        const int64_t image = pixels.take(pixel);
        const int64_t plane = (image * conv.groups + group) * conv.filters + m;
        return at.get<const T>(0)[plane * conv.yPixels + pixel];
    }
    VITRINE_BOTH T b(int64_t group, int64_t k, int64_t n) const {
        auto pixel = static_cast<uint32_t>(k), tap = static_cast<uint32_t>(n);
        const int64_t image = pixels.take(pixel), channel = taps.take(tap);
        const int32_t place = window.inX(window.pixelOfY(pixel), window.tap(tap));
        const int64_t plane = (image * conv.groups + group) * conv.channels + channel;
        return place < 0 ? T(0) : at.get<const T>(1)[plane * conv.xPixels + place];
    }
    VITRINE_BOTH void store(int64_t group, int64_t m, int64_t n, T sum) const {
        at.get<T>(2)[(group * conv.filters + m) * size.columns + n] = sum;
    }
};

template <class T>
DeviceStatus takeConv(const Context& context, StreamKernel* kernel, const Call& call,
                      const Conv& conv, const ConvSize& size) {
    const WindowPlan window(conv.window);
    const int64_t taps = window.taps;
    switch (conv.pass) {
        case ConvPass::Forward:
            return takeProduct(context, kernel, call, "conv2d.forward",
                               ConvForward<T>{.at = {},
                                              .size = {size.groups, size.images * size.yPixels,
                                                       size.filters, size.channels * taps},
                                              .conv = size,
                                              .window = window,
                                              .pixels = Divisor(size.yPixels),
                                              .taps = Divisor(taps),
                                              .result = conv.bias ? 3 : 2});
        case ConvPass::Data:
            return takeProduct(context, kernel, call, "conv2d.data",
                               ConvData<T>{.at = {},
                                           .size = {size.groups, size.images * size.xPixels,
                                                    size.channels, size.filters * taps},
                                           .conv = size,
                                           .window = window,
                                           .pixels = Divisor(size.xPixels),
                                           .taps = Divisor(taps)});
        default:
            return takeProduct(
                context, kernel, call, "conv2d.weights",
                ConvWeights<T>{.at = {},
                               .size = {size.groups, size.filters, size.channels * taps,
                                        size.images * size.yPixels},
                               .conv = size,
                               .window = window,
                               .pixels = Divisor(size.yPixels),
                               .taps = Divisor(taps)});
    }
}

}  // namespace

DeviceStatus bindConv(Context& context, const Call& call, StreamKernel* kernel) {
    const auto& conv = std::get<Conv>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "conv2d", why);
    const Operand& x = conv.pass == ConvPass::Forward ? call.in(0)
                       : conv.pass == ConvPass::Data  ? call.out(0)
                                                      : call.in(1);
    const Operand& y = conv.pass == ConvPass::Forward ? call.out(0) : call.in(0);
    const ConvSize size{.images = x.n,
                        .channels = x.c / conv.groups,
                        .filters = y.c / conv.groups,
                        .groups = conv.groups,
                        .xPixels = x.h * x.w,
                        .yPixels = y.h * y.w};
    if (size.channels == 1 && conv.groups > 1) return bindDepthwise(context, call, size, kernel);
    return forReal(kernel, "conv2d", x.dtype, [&](auto number) {
        return takeConv<decltype(number)>(context, kernel, call, conv, size);
    });
}

}  // namespace vitrine::kernels::cuda
