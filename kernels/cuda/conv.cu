// SPDX-License-Identifier: Apache-2.0
// Convolution and its two adjoints as products of matrices that are never written down: tiles load
// what belongs together from the images themselves. Groups are the batches of the product.
#include "kernels/cuda/conv.h"
#include "kernels/cuda/fused.h"
#include "kernels/cuda/load.h"
#include "kernels/cuda/tiled_product.h"

namespace vitrine::kernels::cuda {

namespace {

/// What all three passes have.
struct ConvPlan {
    ProductSize size;
    ConvSize conv;
    WindowPlan window;
    Divisor pixels, taps;  ///< of an image of the rows or the depth; of a window
    ChannelLoad load;

    /// The first pixel of a group's channel of x, or filter of y.
    VITRINE_BOTH int64_t inX(int64_t image, int64_t group, int64_t channel) const {
        return ((image * conv.groups + group) * conv.channels + channel) * conv.xPixels;
    }
    VITRINE_BOTH int64_t inY(int64_t image, int64_t group, int64_t filter) const {
        return ((image * conv.groups + group) * conv.filters + filter) * conv.yPixels;
    }
    /// What x holds, as it is loaded, where a pixel of y meets it. `row`: pixels of y of all
    /// images; `along`: channels and taps.
    template <class T>
    VITRINE_BOTH T ofX(const T* x, int64_t group, int64_t row, int64_t along,
                       void* const* operands) const {
        auto pixel = static_cast<uint32_t>(row), tap = static_cast<uint32_t>(along);
        const int64_t image = pixels.take(pixel), channel = taps.take(tap);
        const int32_t place = window.inX(window.pixelOfY(pixel), window.tap(tap));
        if (place < 0) return T(0);
        return loadedOf(load, x[inX(image, group, channel) + place],
                        group * conv.channels + channel, operands);
    }
};

/// Rows are the pixels of y of all images, columns filters, the depth channels and taps.
template <class T, class Fused>
struct ConvForward : ConvPlan {
    using Number = T;
    static constexpr bool aAlongM = true, bAlongN = false;
    Places<8 + Fused::operands> at;
    int result = 2;
    bool hasBias = false;
    Fused fused;

    VITRINE_BOTH T a(int64_t group, int64_t m, int64_t k) const {
        return ofX(at.template get<const T>(0), group, m, k, at.place);
    }
    VITRINE_BOTH T b(int64_t group, int64_t k, int64_t n) const {
        return at.template get<const T>(1)[(group * conv.filters + n) * size.depth + k];
    }
    /// Where an element of y lies.
    VITRINE_BOTH int64_t indexOf(int64_t group, int64_t m, int64_t n) const {
        auto pixel = static_cast<uint32_t>(m);
        const int64_t image = pixels.take(pixel);
        return inY(image, group, n) + pixel;
    }
    VITRINE_BOTH T store(int64_t group, int64_t m, int64_t n, T sum) const {
        if (hasBias) sum += at.template get<const T>(2)[group * conv.filters + n];
        const int64_t i = indexOf(group, m, n);
        return at.template get<T>(result)[i] = fused.stored(i, sum, at.place);
    }
};

/// Rows are the pixels of dx of all images, columns channels, the depth filters and taps.
template <class T, class Fused>
struct ConvData : ConvPlan {
    using Number = T;
    static constexpr bool aAlongM = true, bAlongN = false;
    Places<3 + Fused::operands> at;
    int result = 2;
    Fused fused;

    VITRINE_BOTH T a(int64_t group, int64_t m, int64_t k) const {
        auto pixel = static_cast<uint32_t>(m), tap = static_cast<uint32_t>(k);
        const int64_t image = pixels.take(pixel), filter = taps.take(tap);
        const int32_t place = window.inY(window.pixelOfX(pixel), window.tap(tap));
        if (place < 0) return T(0);
        return at.template get<const T>(0)[inY(image, group, filter) + place];
    }
    VITRINE_BOTH T b(int64_t group, int64_t k, int64_t n) const {
        auto tap = static_cast<uint32_t>(k);
        const int64_t filter = group * conv.filters + taps.take(tap);
        return at.template get<const T>(1)[(filter * conv.channels + n) * window.taps + tap];
    }
    /// Where an element of dx lies.
    VITRINE_BOTH int64_t indexOf(int64_t group, int64_t m, int64_t n) const {
        auto pixel = static_cast<uint32_t>(m);
        const int64_t image = pixels.take(pixel);
        return inX(image, group, n) + pixel;
    }
    VITRINE_BOTH T store(int64_t group, int64_t m, int64_t n, T sum) const {
        const int64_t i = indexOf(group, m, n);
        return at.template get<T>(result)[i] = fused.stored(i, sum, at.place);
    }
};

/// Rows are filters, columns channels and taps, the depth the pixels of y of all images.
template <class T>
struct ConvWeights : ConvPlan {
    using Number = T;
    static constexpr bool aAlongM = false, bAlongN = false;
    Places<8> at;
    int result = 2;

    VITRINE_BOTH T a(int64_t group, int64_t m, int64_t k) const {
        auto pixel = static_cast<uint32_t>(k);
        const int64_t image = pixels.take(pixel);
        return at.get<const T>(0)[inY(image, group, m) + pixel];
    }
    VITRINE_BOTH T b(int64_t group, int64_t k, int64_t n) const {
        return ofX(at.get<const T>(1), group, k, n, at.place);
    }
    VITRINE_BOTH T store(int64_t group, int64_t m, int64_t n, T sum) const {
        return at.get<T>(result)[(group * conv.filters + m) * size.columns + n] = sum;
    }
};

ConvPlan planOf(const Conv& conv, const ConvSize& size, const ChannelLoad& load) {
    const WindowPlan window(conv.window);
    const int64_t taps = window.taps, yRows = size.images * size.yPixels;
    ConvPlan plan{.size = {size.groups, yRows, size.filters, size.channels * taps},
                  .conv = size,
                  .window = window,
                  .pixels = Divisor(size.yPixels),
                  .taps = Divisor(taps),
                  .load = load};
    if (conv.pass == ConvPass::Data) {
        plan.size = {size.groups, size.images * size.xPixels, size.channels, size.filters * taps};
        plan.pixels = Divisor(size.xPixels);
    } else if (conv.pass == ConvPass::Weights) {
        plan.size = {size.groups, size.filters, size.channels * taps, yRows};
    }
    return plan;
}

template <class T, class Fused>
DeviceStatus takeConv(const Context& context, StreamKernel* kernel, const Call& call,
                      const ConvPlan& plan, const Fused& fused) {
    const auto& conv = std::get<Conv>(call.problem);
    const auto result = static_cast<int>(call.inputs());
    const std::string name = "conv2d." + passName(conv.pass) + stepsText(call);
    if (conv.pass == ConvPass::Forward)
        return takeProduct(context, kernel, call, name,
                           ConvForward<T, Fused>{plan, {}, result, conv.bias, fused});
    return takeProduct(context, kernel, call, name, ConvData<T, Fused>{plan, {}, result, fused});
}

/// Images and filters lie with their channels side by side, the gradient of filters row-major; what
/// steps read, as they can read it.
std::string whyNotLast(const Call& call) {
    const bool isOfWeights = std::get<Conv>(call.problem).pass == ConvPass::Weights;
    const Operand& result = call.out(0);
    for (size_t k = 0; k < 2; ++k)
        if (!isLast(call.in(k))) return "wants all images with their channels side by side";
    if (isOfWeights ? !isWhole(result) : !isLast(result))
        return "leaves images with their channels side by side, and filters row-major";
    for (const Operand& operand : call.operands)
        if (operand.dtype != DType::F32) return unexpectedType("f32", operand.dtype);
    return whyNotIndexed(call);
}

/// `load`: becomes what is done to x, which goes into the products of the forward pass and of the
/// weights' gradient.
std::string whyNotConv(const Call& call, bool isDepthwise, ChannelLoad& load) {
    const ConvPass pass = std::get<Conv>(call.problem).pass;
    const bool doesMore = !call.store.empty() || !call.sums.empty();
    if (pass == ConvPass::Weights && doesMore) return appliesNothing;
    if (pass == ConvPass::Data || isDepthwise) {
        if (const std::string why = whyNotLoaded(call); !why.empty()) return why;
    } else if (!makeLoad(call, pass == ConvPass::Forward ? 0 : 1, load)) {
        return "only normalizes by channel, and cuts off below 0, what it loads";
    }
    if (load.isThere() && call.in(0).dtype != DType::F32)
        return unexpectedType("f32", call.in(0).dtype);
    return hasLast(call) ? whyNotLast(call) : whyNotWhole(call);
}

}  // namespace

DeviceStatus bindConv(Context& context, const Call& call, StreamKernel* kernel) {
    const auto& conv = std::get<Conv>(call.problem);
    const bool isForward = conv.pass == ConvPass::Forward;
    const Operand& x = conv.pass == ConvPass::Data ? call.out(0) : call.in(isForward ? 0 : 1);
    const Operand& y = isForward ? call.out(0) : call.in(0);
    const ConvSize size{.images = x.n,
                        .channels = x.c / conv.groups,
                        .filters = y.c / conv.groups,
                        .groups = conv.groups,
                        .xPixels = x.h * x.w,
                        .yPixels = y.h * y.w};
    const bool isDepthwise = size.channels == 1 && conv.groups > 1 && call.sums.empty();
    ChannelLoad load;
    if (const std::string why = whyNotConv(call, isDepthwise, load); !why.empty())
        return refuse(kernel, "conv2d", why);
    if (isDepthwise) return bindDepthwise(context, call, size, kernel);
    if (hasLast(call)) return bindConvLast(context, call, size, load, kernel);
    const ConvPlan plan = planOf(conv, size, load);
    if (conv.pass == ConvPass::Weights)
        return forReal(kernel, "conv2d", x.dtype, [&](auto number) {
            return takeProduct(
                context, kernel, call, "conv2d.weights" + stepsText(call),
                ConvWeights<decltype(number)>{plan, {}, static_cast<int>(call.inputs())});
        });
    return forSummed(kernel, "conv2d", call, [&](auto number, const auto& fused) {
        return takeConv<decltype(number)>(context, kernel, call, plan, fused);
    });
}

}  // namespace vitrine::kernels::cuda
