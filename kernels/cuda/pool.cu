// SPDX-License-Identifier: Apache-2.0
// Pooling and its adjoints. Adjoints gather: each element of dx looks for the windows that it is
// in, so that nothing is added up by more than one thread.
#include "kernels/cuda/conv.h"
#include "kernels/cuda/fused.h"

namespace vitrine::kernels::cuda {

namespace {

/// What all passes want to know.
struct PoolPlan {
    WindowPlan window;
    Window whole;
    Images ys, xs;
    bool countIncludePad = true;

    PoolPlan(const Pool& pool, const Operand& x, const Operand& y, bool isLast)
        : window(pool.window),
          whole(pool.window),
          ys(y.c, y.h * y.w, isLast),
          xs(x.c, x.h * x.w, isLast),
          countIncludePad(pool.countIncludePad) {}

    VITRINE_BOTH int32_t inX(const Pixel& y, int32_t tap) const {
        return window.inX(y, window.tap(static_cast<uint32_t>(tap)));
    }
    VITRINE_BOTH int32_t inY(const Pixel& x, int32_t tap) const {
        return window.inY(x, window.tap(static_cast<uint32_t>(tap)));
    }
    /// `take(tap, x)` for each tap of the window of a pixel of y that is no padding, with what lies
    /// there; `plane`: where its plane begins.
    template <class T, class Take>
    VITRINE_BOTH void eachInWindow(const Pixel& y, const T* plane, Take take) const {
        for (int32_t tap = 0; tap < window.taps; ++tap)
            if (const int32_t place = inX(y, tap); place >= 0) take(tap, plane[place * xs.step()]);
    }
    /// `take(tap, place, element)` for each window that element `index` of x is in: it meets it
    /// with that tap, and belongs to that place in its plane, and that element, of y.
    template <class Take>
    VITRINE_BOTH void eachWindowOf(uint32_t index, Take take) const {
        const int64_t first = ys.first(xs.take(index));
        const Pixel pixel = window.pixelOfX(index);
        for (int32_t tap = 0; tap < window.taps; ++tap)
            if (const int32_t place = inY(pixel, tap); place >= 0)
                take(tap, place, first + place * ys.step());
    }
    /// A window that ceil_mode adds may reach past the padding, which does not count.
    VITRINE_BOTH static int64_t counted(const WindowAxis& axis, int64_t p) {
        const int64_t reached = axis.in + axis.after - axis.position(p, 0);
        return axis.kernel < reached ? axis.kernel : reached;
    }
    /// What an average divides by.
    VITRINE_BOTH int64_t divisor(const Pixel& y) const {
        if (countIncludePad)
            return counted(whole.depth, y.z) * counted(whole.rows, y.row) *
                   counted(whole.columns, y.column);
        int64_t taps = 0;
        for (int32_t tap = 0; tap < window.taps; ++tap) taps += inX(y, tap) >= 0 ? 1 : 0;
        return taps;
    }
};

/// x → y, index. An item is an element of y.
template <class T>
struct MaxForward {
    Places<3> at;
    PoolPlan pool;
    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const T* const x = at.get<const T>(0) + pool.xs.first(pool.ys.take(index));
        const Pixel pixel = pool.window.pixelOfY(index);
        T best = 0;
        int32_t first = -1;
        pool.eachInWindow(pixel, x, [&](int32_t tap, T value) {
            const bool isFirstNan = value != value && best == best;
            if (first >= 0 && !(value > best) && !isFirstNan) return;
            best = value;
            first = tap;
        });
        at.get<T>(1)[i] = best;
        at.get<int32_t>(2)[i] = first;
    }
};

/// dy, index → dx. An item is an element of dx.
template <class T, class Fused>
struct MaxBackward {
    Places<3 + Fused::operands> at;
    PoolPlan pool;
    int result = 2;
    Fused fused;
    VITRINE_BOTH void operator()(int64_t i) const {
        double sum = 0;
        pool.eachWindowOf(static_cast<uint32_t>(i), [&](int32_t tap, int32_t, int64_t met) {
            if (at.template get<const int32_t>(1)[met] == tap)
                sum += static_cast<double>(at.template get<const T>(0)[met]);
        });
        at.template get<T>(result)[i] = fused.stored(i, static_cast<T>(sum), at.place);
    }
};

/// x, index → y. An item is an element of y.
template <class T>
struct MaxGather {
    Places<3> at;
    PoolPlan pool;
    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const T* const x = at.get<const T>(0) + pool.xs.first(pool.ys.take(index));
        const int32_t tap = at.get<const int32_t>(1)[i];
        const bool isTap = tap >= 0 && tap < pool.window.taps;
        const int32_t place = isTap ? pool.inX(pool.window.pixelOfY(index), tap) : -1;
        at.get<T>(2)[i] = place < 0 ? T(0) : x[place * pool.xs.step()];
    }
};

/// x → y. An item is an element of y.
template <class T, class Fused>
struct AverageForward {
    Places<2 + Fused::operands> at;
    PoolPlan pool;
    int result = 1;
    Fused fused;
    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const T* const x = at.template get<const T>(0) + pool.xs.first(pool.ys.take(index));
        const Pixel pixel = pool.window.pixelOfY(index);
        double sum = 0;
        pool.eachInWindow(pixel, x, [&](int32_t, T value) { sum += static_cast<double>(value); });
        at.template get<T>(result)[i] = fused.stored(
            i, static_cast<T>(sum / static_cast<double>(pool.divisor(pixel))), at.place);
    }
};

/// dy → dx. An item is an element of dx.
template <class T, class Fused>
struct AverageBackward {
    Places<2 + Fused::operands> at;
    PoolPlan pool;
    int result = 1;
    Fused fused;
    VITRINE_BOTH void operator()(int64_t i) const {
        double sum = 0;
        pool.eachWindowOf(static_cast<uint32_t>(i), [&](int32_t, int32_t place, int64_t met) {
            const Pixel of = pool.window.pixelOfY(static_cast<uint32_t>(place));
            sum += static_cast<double>(at.template get<const T>(0)[met]) /
                   static_cast<double>(pool.divisor(of));
        });
        at.template get<T>(result)[i] = fused.stored(i, static_cast<T>(sum), at.place);
    }
};

template <class T>
DeviceStatus takeMaxima(StreamKernel* kernel, const Call& call, PoolPass pass,
                        const PoolPlan& plan) {
    const int64_t count = call.out(0).array.elements();
    const std::string last = hasLast(call) ? " NHWC" : "";
    if (pass == PoolPass::Max)
        return takeEach(kernel, call, "pool.max" + last, MaxForward<T>{{}, plan}, count);
    return takeEach(kernel, call, "pool.max_gather" + last, MaxGather<T>{{}, plan}, count);
}

template <class T, class Fused>
DeviceStatus takePool(StreamKernel* kernel, const Call& call, PoolPass pass, const PoolPlan& plan,
                      const Fused& fused) {
    const int64_t count = call.out(0).array.elements();
    const auto result = static_cast<int>(call.inputs());
    const std::string steps = stepsText(call) + (hasLast(call) ? " NHWC" : "");
    switch (pass) {
        case PoolPass::MaxBackward:
            return takeEach(kernel, call, "pool.max_backward" + steps,
                            MaxBackward<T, Fused>{{}, plan, result, fused}, count);
        case PoolPass::Average:
            return takeEach(kernel, call, "pool.avg" + steps,
                            AverageForward<T, Fused>{{}, plan, result, fused}, count);
        default:
            return takeEach(kernel, call, "pool.avg_backward" + steps,
                            AverageBackward<T, Fused>{{}, plan, result, fused}, count);
    }
}

/// Images lie alike.
std::string whyNotPooled(const Call& call, bool isOfMaxima, bool areLast) {
    if (!areLast) return isOfMaxima ? whyNotPlain(call) : whyNotStored(call);
    const auto isOther = [](const Operand& operand) { return !isLast(operand); };
    const auto own = call.operands.begin() + static_cast<std::ptrdiff_t>(call.own);
    const auto results = call.operands.end() - static_cast<std::ptrdiff_t>(call.results);
    if (std::any_of(call.operands.begin(), own, isOther) ||
        std::any_of(results, call.operands.end(), isOther))
        return "wants all images with their channels side by side";
    const bool doesMore = !call.sums.empty() || (isOfMaxima && !call.store.empty());
    if (doesMore) return appliesNothing;
    const std::string why = whyNotLoaded(call);
    return why.empty() ? whyNotIndexed(call) : why;
}

}  // namespace

DeviceStatus bindPool(Context&, const Call& call, StreamKernel* kernel) {
    const auto& pool = std::get<Pool>(call.problem);
    const bool isOfMaxima = pool.pass == PoolPass::Max || pool.pass == PoolPass::MaxGather;
    const bool isLast = hasLast(call);
    if (const std::string why = whyNotPooled(call, isOfMaxima, isLast); !why.empty())
        return refuse(kernel, "pool", why);
    const bool isBackward =
        pool.pass == PoolPass::MaxBackward || pool.pass == PoolPass::AverageBackward;
    const PoolPlan plan(pool, isBackward ? call.out(0) : call.in(0),
                        isBackward ? call.in(0) : call.out(0), isLast);
    if (isOfMaxima)
        return forReal(kernel, "pool", call.in(0).dtype, [&](auto number) {
            return takeMaxima<decltype(number)>(kernel, call, pool.pass, plan);
        });
    return forFused(kernel, "pool", call, [&](auto number, const auto& fused) {
        return takePool<decltype(number)>(kernel, call, pool.pass, plan, fused);
    });
}

}  // namespace vitrine::kernels::cuda
