// SPDX-License-Identifier: Apache-2.0
// Pooling and its adjoints. Adjoints gather: each element of dx looks for the windows that it is
// in, so that nothing is added up by more than one thread.
#include "kernels/cuda/conv.h"
#include "kernels/cuda/each.h"

namespace vitrine::kernels::cuda {

namespace {

/// What all passes want to know.
struct PoolPlan {
    WindowPlan window;
    Window whole;
    Divisor yPixels, xPixels;
    int64_t xCount = 1, yCount = 1;  ///< pixels of a plane
    bool countIncludePad = true;

    PoolPlan(const Pool& pool, const Operand& x, const Operand& y)
        : window(pool.window),
          whole(pool.window),
          yPixels(y.h * y.w),
          xPixels(x.h * x.w),
          xCount(x.h * x.w),
          yCount(y.h * y.w),
          countIncludePad(pool.countIncludePad) {}

    VITRINE_BOTH int32_t inX(const Pixel& y, int32_t tap) const {
        return window.inX(y, window.tap(static_cast<uint32_t>(tap)));
    }
    VITRINE_BOTH int32_t inY(const Pixel& x, int32_t tap) const {
        return window.inY(x, window.tap(static_cast<uint32_t>(tap)));
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
        const T* const x = at.get<const T>(0) + pool.yPixels.take(index) * pool.xCount;
        const Pixel pixel = pool.window.pixelOfY(index);
        T best = 0;
        int32_t first = -1;
        for (int32_t tap = 0; tap < pool.window.taps; ++tap) {
            const int32_t place = pool.inX(pixel, tap);
            if (place < 0) continue;
            const T value = x[place];
            const bool isFirstNan = value != value && best == best;
            if (first >= 0 && !(value > best) && !isFirstNan) continue;
            best = value;
            first = tap;
        }
        at.get<T>(1)[i] = best;
        at.get<int32_t>(2)[i] = first;
    }
};

/// dy, index → dx. An item is an element of dx.
template <class T>
struct MaxBackward {
    Places<3> at;
    PoolPlan pool;
    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const int64_t first = pool.xPixels.take(index) * pool.yCount;
        const Pixel pixel = pool.window.pixelOfX(index);
        double sum = 0;
        for (int32_t tap = 0; tap < pool.window.taps; ++tap) {
            const int32_t place = pool.inY(pixel, tap);
            if (place >= 0 && at.get<const int32_t>(1)[first + place] == tap)
                sum += static_cast<double>(at.get<const T>(0)[first + place]);
        }
        at.get<T>(2)[i] = static_cast<T>(sum);
    }
};

/// x, index → y. An item is an element of y.
template <class T>
struct MaxGather {
    Places<3> at;
    PoolPlan pool;
    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const T* const x = at.get<const T>(0) + pool.yPixels.take(index) * pool.xCount;
        const int32_t tap = at.get<const int32_t>(1)[i];
        const bool isTap = tap >= 0 && tap < pool.window.taps;
        const int32_t place = isTap ? pool.inX(pool.window.pixelOfY(index), tap) : -1;
        at.get<T>(2)[i] = place < 0 ? T(0) : x[place];
    }
};

/// x → y. An item is an element of y.
template <class T>
struct AverageForward {
    Places<2> at;
    PoolPlan pool;
    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const T* const x = at.get<const T>(0) + pool.yPixels.take(index) * pool.xCount;
        const Pixel pixel = pool.window.pixelOfY(index);
        double sum = 0;
        for (int32_t tap = 0; tap < pool.window.taps; ++tap) {
            const int32_t place = pool.inX(pixel, tap);
            if (place >= 0) sum += static_cast<double>(x[place]);
        }
        at.get<T>(1)[i] = static_cast<T>(sum / static_cast<double>(pool.divisor(pixel)));
    }
};

/// dy → dx. An item is an element of dx.
template <class T>
struct AverageBackward {
    Places<2> at;
    PoolPlan pool;
    VITRINE_BOTH void operator()(int64_t i) const {
        auto index = static_cast<uint32_t>(i);
        const int64_t first = pool.xPixels.take(index) * pool.yCount;
        const Pixel pixel = pool.window.pixelOfX(index);
        double sum = 0;
        for (int32_t tap = 0; tap < pool.window.taps; ++tap) {
            const int32_t place = pool.inY(pixel, tap);
            if (place < 0) continue;
            const Pixel met = pool.window.pixelOfY(static_cast<uint32_t>(place));
            sum += static_cast<double>(at.get<const T>(0)[first + place]) /
                   static_cast<double>(pool.divisor(met));
        }
        at.get<T>(1)[i] = static_cast<T>(sum);
    }
};

template <class T>
DeviceStatus takePool(StreamKernel* kernel, const Call& call, PoolPass pass, const PoolPlan& plan) {
    const int64_t count = call.out(0).array.elements();
    switch (pass) {
        case PoolPass::Max:
            return takeEach(kernel, call, "pool.max", MaxForward<T>{{}, plan}, count);
        case PoolPass::MaxBackward:
            return takeEach(kernel, call, "pool.max_backward", MaxBackward<T>{{}, plan}, count);
        case PoolPass::MaxGather:
            return takeEach(kernel, call, "pool.max_gather", MaxGather<T>{{}, plan}, count);
        case PoolPass::Average:
            return takeEach(kernel, call, "pool.avg", AverageForward<T>{{}, plan}, count);
        default:
            return takeEach(kernel, call, "pool.avg_backward", AverageBackward<T>{{}, plan}, count);
    }
}

}  // namespace

DeviceStatus bindPool(Context&, const Call& call, StreamKernel* kernel) {
    const auto& pool = std::get<Pool>(call.problem);
    if (const std::string why = whyNotPlain(call); !why.empty()) return refuse(kernel, "pool", why);
    const bool isBackward =
        pool.pass == PoolPass::MaxBackward || pool.pass == PoolPass::AverageBackward;
    const Operand& x = isBackward ? call.out(0) : call.in(0);
    const Operand& y = isBackward ? call.in(0) : call.out(0);
    return forReal(kernel, "pool", x.dtype, [&](auto number) {
        return takePool<decltype(number)>(kernel, call, pool.pass, PoolPlan(pool, x, y));
    });
}

}  // namespace vitrine::kernels::cuda
