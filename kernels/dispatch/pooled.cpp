// SPDX-License-Identifier: Apache-2.0
// Takes pools out of calls, and puts forms of what they read and make into offers.
#include "kernels/api/pooled.h"

#include "kernels/api/conv2d.h"
#include "kernels/dispatch/choose.h"
#include "kernels/dispatch/family.h"

namespace vitrine::kernels {

namespace {

const Window& windowOf(const PooledCall& pooled) { return std::get<Pool>(pooled.pool).window; }

/// The image that a max pool looks at, from its maxima.
Operand beforePool(const Operand& maxima, const Window& window) {
    Operand before = maxima;
    before.h = window.rows.in;
    before.w = window.columns.in;
    before.halo = 0;
    if (before.array.rank != 4) return before;
    before.array.shape[2] = before.h;
    before.array.shape[3] = before.w;
    before.array.strides = {before.c * before.h * before.w, before.h * before.w, before.w, 1};
    return before;
}

/// The call that makes the image before the pool, and nothing else.
Call withoutPool(const PooledCall& pooled) {
    Call result = pooled.call;
    result.operands.pop_back();
    result.operands.back() = beforePool(pooled.call.out(0), windowOf(pooled));
    result.results = 1;
    return result;
}

/// The call that is given the gradient before the pool.
Call withoutUnpool(const PooledCall& pooled) {
    Call result = pooled.call;
    const auto at = [&](size_t place) {
        return result.operands.begin() + static_cast<std::ptrdiff_t>(place);
    };
    result.operands.erase(at(pooled.call.firstOfLoad()), at(pooled.call.inputs()));
    result.operands[0] = beforePool(pooled.call.in(0), windowOf(pooled));
    result.ofLoad = 0;
    return result;
}

void addPool(Offer& offer, size_t maxima) {
    offer.forms.back().halo = 0;
    offer.forms.push_back(offer.forms.back());
    offer.inPlace.clear();
    std::erase_if(offer.sameHalo,
                  [=](const SameHalo& pair) { return pair.a == maxima || pair.b == maxima; });
}

void addUnpool(Offer& offer, const Call& call) {
    offer.forms[0].halo = 0;
    offer.forms.insert(offer.forms.begin() + static_cast<std::ptrdiff_t>(call.firstOfLoad()),
                       call.ofLoad, Form{.layout = offer.forms[0].layout});
    offer.inPlace.clear();
    std::erase_if(offer.sameHalo, [](const SameHalo& pair) { return pair.a == 0 || pair.b == 0; });
}

/// Windows of 2 × 2 that touch neither each other nor padding.
bool isQuartering(const Window& window) {
    const auto halves = [](const WindowAxis& axis) {
        return axis.kernel == 2 && axis.stride == 2 && axis.dilation == 1 && axis.before == 0 &&
               2 * axis.out <= axis.in;
    };
    return window.isFlat() && halves(window.rows) && halves(window.columns);
}

constexpr const char* wantsBytes = "pool: wants places of maxima in bytes";

Kernel bindForward(const PooledCall& pooled, const Conv& conv) {
    const Call own = withoutPool(pooled);
    if (pooled.call.out(1).dtype != DType::U8) return refuse(wantsBytes);
    if (!own.load.empty() || (!own.store.empty() && inRegisters(own) != Epilogue::Relu))
        return refuse("pool: wants nothing but a bias and a ReLU before it");
    Conv2dProblem problem = conv2dProblem(conv, own);
    problem.pooled = {.maxima = pooled.call.out(0), .index = pooled.call.out(1)};
    return selectConv2dForward(problem);
}

Kernel bindWeights(const PooledCall& pooled, const Conv& conv) {
    const Call& call = pooled.call;
    if (!call.store.empty() || !call.load.empty()) return refuse("pool: wants x as it is");
    if (call.in(pooled.index).dtype != DType::U8) return refuse(wantsBytes);
    const bool isGated = pooled.maxima != 0;
    Conv2dProblem problem = conv2dProblem(conv, withoutUnpool(pooled));
    problem.unpooled = {.maxima = call.in(0),
                        .index = call.in(pooled.index),
                        .gate = call.in(isGated ? pooled.maxima : pooled.index),
                        .isGated = isGated};
    return selectConv2dWeights(problem);
}

}  // namespace

Image imageAtPool(const Call& call) {
    const auto& conv = std::get<Conv>(call.problem);
    const Operand& maxima = conv.pass == ConvPass::Forward ? call.out(0) : call.in(0);
    return {.n = maxima.n, .c = maxima.c, .h = conv.window.rows.out, .w = conv.window.columns.out};
}

Offers offers(const PooledCall& pooled) {
    Offers result = offers(pooled.isGradient() ? withoutUnpool(pooled) : withoutPool(pooled));
    for (Offer& offer : result.list) {
        if (pooled.isGradient())
            addUnpool(offer, pooled.call);
        else
            addPool(offer, pooled.call.inputs());
    }
    return result;
}

bool takesPool(const PooledCall& pooled, const Offer& offer) {
    PooledCall lying = pooled;
    lying.call = placed(pooled.call, offer);
    return bind(lying).run;
}

Kernel bind(const PooledCall& pooled) {
    const Call& call = pooled.call;
    const auto* const conv = std::get_if<Conv>(&call.problem);
    if (!conv || conv->pass != (pooled.isGradient() ? ConvPass::Weights : ConvPass::Forward))
        return refuse("pool: behind a convolution, or before gradients of its weight");
    if (!isQuartering(windowOf(pooled)))
        return refuse("pool: windows of 2 x 2 that touch no others");
    if (call.in(0).layout != Layout::Lanes || !call.sums.empty())
        return refuse("pool: wants lanes");
    return pooled.isGradient() ? bindWeights(pooled, *conv) : bindForward(pooled, *conv);
}

}  // namespace vitrine::kernels
