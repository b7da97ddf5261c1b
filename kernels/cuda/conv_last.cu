// SPDX-License-Identifier: Apache-2.0
// Convolution and its two adjoints over images whose channels lie side by side: neighbours along
// the depth of the product, or along its rows and columns, are neighbours in memory, and are loaded
// by 16 bytes where channels and filters of a group are multiples of 4.
#include "kernels/cuda/conv.h"
#include "kernels/cuda/fused.h"
#include "kernels/cuda/load.h"
#include "kernels/cuda/tiled_product.h"

namespace vitrine::kernels::cuda {

namespace {

/// What all three passes have. The filters lie like the images: a tap's channels side by side.
struct LastPlan {
    ProductSize size;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels, channels;  ///< of an image; of a tap
    bool isWide = false;
    ChannelLoad load;

    /// Of a group's first channel, or filter, in a pixel of an image.
    VITRINE_BOTH int64_t inX(int64_t image, int32_t pixel, int64_t group) const {
        return ((image * conv.xPixels + pixel) * conv.groups + group) * conv.channels;
    }
    /// Of x, at a place along taps and channels.
    VITRINE_BOTH int64_t channelOf(int64_t group, int64_t along) const {
        auto channel = static_cast<uint32_t>(along);
        static_cast<void>(channels.take(channel));
        return group * conv.channels + channel;
    }
    VITRINE_BOTH int64_t inY(int64_t image, int32_t pixel, int64_t group) const {
        return ((image * conv.yPixels + pixel) * conv.groups + group) * conv.filters;
    }

    /// Where a tap of a pixel of one image meets the other: of y in x, or of x in y. `row`: pixels
    /// of all images; `along`: taps and channels (filters). −1: on padding, or between windows.
    template <bool ofY>
    VITRINE_BOTH int64_t met(int64_t group, int64_t row, int64_t along) const {
        auto pixel = static_cast<uint32_t>(row), channel = static_cast<uint32_t>(along);
        const int64_t image = pixels.take(pixel);
        const uint32_t tap = channels.take(channel);
        const int32_t place = ofY ? window.inX(window.pixelOfY(pixel), window.tap(tap))
                                  : window.inY(window.pixelOfX(pixel), window.tap(tap));
        if (place < 0) return -1;
        return (ofY ? inX(image, place, group) : inY(image, place, group)) + channel;
    }
    /// What x holds there, as it is loaded.
    VITRINE_BOTH float ofX(const float* x, int64_t group, int64_t row, int64_t along,
                           void* const* operands) const {
        const int64_t place = met<true>(group, row, along);
        return place < 0 ? 0 : loadedOf(load, x[place], channelOf(group, along), operands);
    }
    VITRINE_BOTH Quad quadOfX(const float* x, int64_t group, int64_t row, int64_t along,
                              void* const* operands) const {
        const int64_t place = met<true>(group, row, along);
        if (place < 0) return {};
        const Quad quad = quadAt(x + place);
        return load.isThere() ? load.of(quad, channelOf(group, along), operands) : quad;
    }
};

/// Rows are the pixels of y of all images, columns filters, the depth taps and channels.
template <class Fused>
struct LastForward : LastPlan {
    using Number = float;
    static constexpr bool aAlongM = false, bAlongN = false;
    Places<8 + Fused::operands> at;
    int result = 2;
    bool hasBias = false;
    Fused fused;

    VITRINE_BOTH float a(int64_t group, int64_t m, int64_t k) const {
        return ofX(at.template get<const float>(0), group, m, k, at.place);
    }
    VITRINE_BOTH Quad aQuad(int64_t group, int64_t m, int64_t k) const {
        return quadOfX(at.template get<const float>(0), group, m, k, at.place);
    }
    VITRINE_BOTH const float* bPlace(int64_t group, int64_t k, int64_t n) const {
        return at.template get<const float>(1) + (group * conv.filters + n) * size.depth + k;
    }
    VITRINE_BOTH float b(int64_t group, int64_t k, int64_t n) const { return *bPlace(group, k, n); }
    VITRINE_BOTH Quad bQuad(int64_t group, int64_t k, int64_t n) const {
        return quadAt(bPlace(group, k, n));
    }
    VITRINE_BOTH int64_t indexOf(int64_t group, int64_t m, int64_t n) const {
        return (m * conv.groups + group) * conv.filters + n;
    }
    VITRINE_BOTH float store(int64_t group, int64_t m, int64_t n, float sum) const {
        if (hasBias) sum += at.template get<const float>(2)[group * conv.filters + n];
        const int64_t i = indexOf(group, m, n);
        return at.template get<float>(result)[i] = fused.stored(i, sum, at.place);
    }
};

/// Rows are the pixels of dx of all images, columns channels, the depth taps and filters.
template <class Fused>
struct LastData : LastPlan {
    using Number = float;
    static constexpr bool aAlongM = false, bAlongN = true;
    Places<3 + Fused::operands> at;
    int result = 2;
    Fused fused;

    VITRINE_BOTH float a(int64_t group, int64_t m, int64_t k) const {
        const int64_t place = met<false>(group, m, k);
        return place < 0 ? 0 : at.template get<const float>(0)[place];
    }
    VITRINE_BOTH Quad aQuad(int64_t group, int64_t m, int64_t k) const {
        const int64_t place = met<false>(group, m, k);
        return place < 0 ? Quad{} : quadAt(at.template get<const float>(0) + place);
    }
    VITRINE_BOTH const float* bPlace(int64_t group, int64_t k, int64_t n) const {
        auto filter = static_cast<uint32_t>(k);
        const int64_t tap = channels.take(filter);
        const int64_t row = (group * conv.filters + filter) * window.taps + tap;
        return at.template get<const float>(1) + row * conv.channels + n;
    }
    VITRINE_BOTH float b(int64_t group, int64_t k, int64_t n) const { return *bPlace(group, k, n); }
    VITRINE_BOTH Quad bQuad(int64_t group, int64_t k, int64_t n) const {
        return quadAt(bPlace(group, k, n));
    }
    VITRINE_BOTH int64_t indexOf(int64_t group, int64_t m, int64_t n) const {
        return (m * conv.groups + group) * conv.channels + n;
    }
    VITRINE_BOTH float store(int64_t group, int64_t m, int64_t n, float sum) const {
        const int64_t i = indexOf(group, m, n);
        return at.template get<float>(result)[i] = fused.stored(i, sum, at.place);
    }
};

/// Rows are filters, columns taps and channels, the depth the pixels of y of all images. The result
/// lies row-major.
struct LastWeights : LastPlan {
    using Number = float;
    static constexpr bool aAlongM = true, bAlongN = true;
    Places<8> at;
    int result = 2;

    VITRINE_BOTH const float* aPlace(int64_t group, int64_t m, int64_t k) const {
        return at.get<const float>(0) + (k * conv.groups + group) * conv.filters + m;
    }
    VITRINE_BOTH float a(int64_t group, int64_t m, int64_t k) const { return *aPlace(group, m, k); }
    VITRINE_BOTH Quad aQuad(int64_t group, int64_t m, int64_t k) const {
        return quadAt(aPlace(group, m, k));
    }
    VITRINE_BOTH float b(int64_t group, int64_t k, int64_t n) const {
        return ofX(at.get<const float>(1), group, k, n, at.place);
    }
    VITRINE_BOTH Quad bQuad(int64_t group, int64_t k, int64_t n) const {
        return quadOfX(at.get<const float>(1), group, k, n, at.place);
    }
    VITRINE_BOTH float store(int64_t group, int64_t m, int64_t n, float sum) const {
        auto channel = static_cast<uint32_t>(n);
        const int64_t tap = channels.take(channel);
        const int64_t row = (group * conv.filters + m) * conv.channels + channel;
        return at.get<float>(result)[row * window.taps + tap] = sum;
    }
};

LastPlan planOf(const Conv& conv, const ConvSize& size, const ChannelLoad& load) {
    const WindowPlan window(conv.window);
    const int64_t taps = window.taps, yRows = size.images * size.yPixels;
    LastPlan plan{.size = {size.groups, yRows, size.filters, size.channels * taps},
                  .conv = size,
                  .window = window,
                  .pixels = Divisor(size.yPixels),
                  .channels = Divisor(size.channels),
                  .isWide = size.channels % 4 == 0 && size.filters % 4 == 0,
                  .load = load};
    if (conv.pass == ConvPass::Data) {
        plan.size = {size.groups, size.images * size.xPixels, size.channels, size.filters * taps};
        plan.pixels = Divisor(size.xPixels);
        plan.channels = Divisor(size.filters);
    } else if (conv.pass == ConvPass::Weights) {
        plan.size = {size.groups, size.filters, size.channels * taps, yRows};
    }
    return plan;
}

template <class Fused>
DeviceStatus takeLast(const Context& context, StreamKernel* kernel, const Call& call,
                      const LastPlan& plan, const Fused& fused) {
    const auto& conv = std::get<Conv>(call.problem);
    const auto result = static_cast<int>(call.inputs());
    const std::string name = "conv2d." + passName(conv.pass) + stepsText(call) + " NHWC";
    if (conv.pass == ConvPass::Forward)
        return takeProduct(context, kernel, call, name,
                           LastForward<Fused>{plan, {}, result, conv.bias, fused});
    return takeProduct(context, kernel, call, name, LastData<Fused>{plan, {}, result, fused});
}

}  // namespace

DeviceStatus bindConvLast(Context& context, const Call& call, const ConvSize& size,
                          const ChannelLoad& load, StreamKernel* kernel) {
    const auto& conv = std::get<Conv>(call.problem);
    const LastPlan plan = planOf(conv, size, load);
    if (conv.pass == ConvPass::Weights)
        return takeProduct(context, kernel, call, "conv2d.weights" + stepsText(call) + " NHWC",
                           LastWeights{plan, {}, static_cast<int>(call.inputs())});
    return forSummed(kernel, "conv2d", call, [&](auto number, const auto& fused) {
        if constexpr (std::is_same_v<decltype(number), float>)
            return takeLast(context, kernel, call, plan, fused);
        else
            return DeviceStatus::Ok;
    });
}

}  // namespace vitrine::kernels::cuda
