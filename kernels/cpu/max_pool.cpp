// SPDX-License-Identifier: Apache-2.0
// Maximum pooling, its scatter and its gather, in planes of 16 lanes.
#include "kernels/cpu/halo.h"
#include "kernels/cpu/pool.h"
#include "kernels/cpu/pool_plan.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/max_pool.cpp"
#include <hwy/foreach_target.h>
//

#include "kernels/cpu/best-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// x, y and index at pixel (0, 0) of their planes.
template <class Place>
struct Planes {
    const float* x;
    float* y;
    Place* index;
};

template <class Place>
void anyWindow(const PoolPlan& plan, const Planes<Place>& at) {
    const PoolProblem& pool = plan.pool;
    const int64_t row = pool.x.rowStride();
    for (int64_t p = 0; p < pool.y.h; ++p) {
        const Span us = plan.rows.taps[static_cast<size_t>(p)];
        const int64_t out = p * pool.y.rowStride(), outIndex = p * pool.index.rowStride();
        for (int64_t q = 0; q < pool.y.w; ++q) {
            const Span vs = plan.columns.taps[static_cast<size_t>(q)];
            const int64_t start =
                (p * pool.window.rows.stride - pool.window.rows.before) * row +
                (q * pool.window.columns.stride - pool.window.columns.before) * blockWidth;
            for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
                const float* x = at.x + lane;
                Best best{load(x + start + us.begin * row + vs.begin * blockWidth),
                          position(us.begin * pool.window.columns.kernel + vs.begin)};
                for (int64_t u = us.begin; u < us.end; ++u)
                    for (int64_t v = vs.begin; v < vs.end; ++v)
                        challenge(best, load(x + start + u * row + v * blockWidth),
                                  position(u * pool.window.columns.kernel + v));
                store(best.value, at.y + out + q * blockWidth + lane);
                storePlaces(best.position, at.index + outIndex + q * blockWidth + lane);
            }
        }
    }
}

template <class Place>
void quarterWindow(const PoolPlan& plan, const Planes<Place>& at) {
    const PoolProblem& pool = plan.pool;
    const int64_t row = pool.x.rowStride();
    for (int64_t p = 0; p < pool.y.h; ++p) {
        const float* x = at.x + 2 * p * row;
        const int64_t out = p * pool.y.rowStride(), outIndex = p * pool.index.rowStride();
        for (int64_t i = 0; i < pool.y.w * blockWidth; i += lanesOfVector) {
            const int64_t lane = i % blockWidth;
            const float* corner = x + 2 * (i - lane) + lane;
            Best best{load(corner), position(0)};
            challenge(best, load(corner + blockWidth), position(1));
            challenge(best, load(corner + row), position(2));
            challenge(best, load(corner + row + blockWidth), position(3));
            store(best.value, at.y + out + i);
            storePlaces(best.position, at.index + outIndex + i);
        }
    }
}

template <class Place, void window(const PoolPlan&, const Planes<Place>&)>
void runForward(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const PoolPlan*>(problem);
    const Image &in = plan.pool.x, &out = plan.pool.y, &places = plan.pool.index;
    const auto* x = static_cast<const float*>(operands[0]) + in.origin();
    for (int64_t k = plan.planes.begin(part); k < plan.planes.end(part); ++k) {
        float* const y = static_cast<float*>(operands[1]) + k * out.planeStride();
        Place* const index = static_cast<Place*>(operands[2]) + k * places.planeStride();
        window(plan, {x + k * in.planeStride(), y + out.origin(), index + places.origin()});
        zeroHalo(out, y);
        zeroHalo(places, index);
    }
}

/// Whose sign decides what of a gradient goes on.
enum class Gate { None, X, Y };

/// dy and index, gate and dx at pixel (0, 0) of their planes.
template <class Place>
struct BackwardPlanes {
    const float* dy;
    const Place* index;
    const float* gate;
    float* dx;

    template <Gate by>
    HWY_INLINE FloatVector take(int64_t offset) const {
        const FloatVector value = load(dy + offset);
        return by == Gate::Y ? reluGate(value, load(gate + offset)) : value;
    }
    template <Gate by>
    HWY_INLINE void put(FloatVector value, int64_t offset) const {
        store(by == Gate::X ? reluGate(value, load(gate + offset)) : value, dx + offset);
    }
};

/// Each element of dx collects from the windows over it, in the order of the windows.
template <class Place, Gate by>
void anyWindowBackward(const PoolPlan& plan, const BackwardPlanes<Place>& at) {
    const PoolProblem& pool = plan.pool;
    const int64_t outRow = pool.y.rowStride(), indexRow = pool.index.rowStride();
    for (int64_t i = 0; i < pool.x.h; ++i) {
        const Span ps = plan.rows.windows[static_cast<size_t>(i)];
        for (int64_t j = 0; j < pool.x.w; ++j) {
            const Span qs = plan.columns.windows[static_cast<size_t>(j)];
            const int64_t in = i * pool.x.rowStride() + j * blockWidth;
            for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
                FloatVector sum = hn::Zero(Floats());
                for (int64_t p = ps.begin; p < ps.end; ++p)
                    for (int64_t q = qs.begin; q < qs.end; ++q) {
                        const int64_t u = i + pool.window.rows.before - p * pool.window.rows.stride;
                        const int64_t v =
                            j + pool.window.columns.before - q * pool.window.columns.stride;
                        const int64_t column = q * blockWidth + lane;
                        const auto mine = hn::Eq(loadPlaces(at.index + p * indexRow + column),
                                                 position(u * pool.window.columns.kernel + v));
                        sum = hn::Add(
                            sum, hn::IfThenElseZero(hn::RebindMask(Floats(), mine),
                                                    at.template take<by>(p * outRow + column)));
                    }
                at.template put<by>(sum, in + lane);
            }
        }
    }
}

/// Every output writes the four elements that it alone covers: nothing has to be cleared first.
template <class Place, Gate by>
void quarterWindowBackward(const PoolPlan& plan, const BackwardPlanes<Place>& at) {
    const PoolProblem& pool = plan.pool;
    const int64_t row = pool.x.rowStride();
    const int64_t offsets[4] = {0, blockWidth, row, row + blockWidth};
    for (int64_t p = 0; p < pool.y.h; ++p)
        for (int64_t i = 0; i < pool.y.w * blockWidth; i += lanesOfVector) {
            const int64_t lane = i % blockWidth;
            const int64_t corner = 2 * p * row + 2 * (i - lane) + lane;
            const FloatVector dy = at.template take<by>(p * pool.y.rowStride() + i);
            const IntVector index = loadPlaces(at.index + p * pool.index.rowStride() + i);
            for (int64_t k = 0; k < 4; ++k) {
                const auto mine = hn::RebindMask(Floats(), hn::Eq(index, position(k)));
                at.template put<by>(hn::IfThenElseZero(mine, dy), corner + offsets[k]);
            }
        }
    zeroBeyondQuarters(pool, at.dx);
}

template <class Place, Gate by, void window(const PoolPlan&, const BackwardPlanes<Place>&)>
void runBackward(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const PoolPlan*>(problem);
    const Image &in = plan.pool.x, &out = plan.pool.y, &places = plan.pool.index;
    const auto* dy = static_cast<const float*>(operands[0]) + out.origin();
    const auto* index = static_cast<const Place*>(operands[1]) + places.origin();
    auto* dx = static_cast<float*>(operands[by == Gate::None ? 2 : 3]);
    const float* gate = static_cast<const float*>(operands[2]);
    const Image& gated = by == Gate::Y ? out : in;
    for (int64_t k = plan.planes.begin(part); k < plan.planes.end(part); ++k) {
        const int64_t start = k * in.planeStride();
        window(plan, {dy + k * out.planeStride(), index + k * places.planeStride(),
                      gate + k * gated.planeStride() + gated.origin(), dx + start + in.origin()});
        zeroHalo(in, dx + start);
    }
}

template <class Place>
void runGather(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const PoolPlan*>(problem);
    const PoolProblem& pool = plan.pool;
    const int64_t row = pool.x.rowStride();
    for (int64_t k = plan.planes.begin(part); k < plan.planes.end(part); ++k) {
        const auto* x =
            static_cast<const float*>(operands[0]) + k * pool.x.planeStride() + pool.x.origin();
        const auto* index = static_cast<const Place*>(operands[1]) + k * pool.index.planeStride() +
                            pool.index.origin();
        auto* y = static_cast<float*>(operands[2]) + k * pool.y.planeStride() + pool.y.origin();
        for (int64_t p = 0; p < pool.y.h; ++p)
            for (int64_t i = 0; i < pool.y.w * blockWidth; i += lanesOfVector) {
                const Span us = plan.rows.taps[static_cast<size_t>(p)];
                const Span vs = plan.columns.taps[static_cast<size_t>(i / blockWidth)];
                const int64_t corner =
                    (p * pool.window.rows.stride - pool.window.rows.before) * row +
                    (i / blockWidth * pool.window.columns.stride - pool.window.columns.before) *
                        blockWidth +
                    i % blockWidth;
                const IntVector named = loadPlaces(index + p * pool.index.rowStride() + i);
                FloatVector value = hn::Zero(Floats());
                for (int64_t u = us.begin; u < us.end; ++u)
                    for (int64_t v = vs.begin; v < vs.end; ++v) {
                        const auto mine = hn::RebindMask(
                            Floats(), hn::Eq(named, position(u * pool.window.columns.kernel + v)));
                        value = hn::IfThenElse(mine, load(x + corner + u * row + v * blockWidth),
                                               value);
                    }
                store(value, y + p * pool.y.rowStride() + i);
            }
        zeroHalo(pool.y, y - pool.y.origin());
    }
}

template <class Place>
Kernel::Run forwardWith(const PoolProblem& pool) {
    return isQuartering(pool) ? runForward<Place, quarterWindow<Place>>
                              : runForward<Place, anyWindow<Place>>;
}

template <class Place, Gate by>
Kernel::Run backwardBy(const PoolProblem& pool) {
    return isQuartering(pool) ? runBackward<Place, by, quarterWindowBackward<Place, by>>
                              : runBackward<Place, by, anyWindowBackward<Place, by>>;
}

template <class Place>
Kernel::Run backwardWith(const PoolProblem& pool) {
    if (pool.epilogue != Epilogue::ReluGate) return backwardBy<Place, Gate::None>(pool);
    return pool.isGateOfY ? backwardBy<Place, Gate::Y>(pool) : backwardBy<Place, Gate::X>(pool);
}

bool isInBytes(const PoolProblem& pool) { return pool.index.dtype == DType::U8; }

Kernel::Run chooseMaxPool(const PoolProblem& pool) {
    return isInBytes(pool) ? forwardWith<uint8_t>(pool) : forwardWith<int32_t>(pool);
}

Kernel::Run chooseMaxPoolBackward(const PoolProblem& pool) {
    return isInBytes(pool) ? backwardWith<uint8_t>(pool) : backwardWith<int32_t>(pool);
}

Kernel::Run chooseMaxPoolGather(const PoolProblem& pool) {
    return isInBytes(pool) ? runGather<uint8_t> : runGather<int32_t>;
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseMaxPool);
HWY_EXPORT(chooseMaxPoolBackward);
HWY_EXPORT(chooseMaxPoolGather);

Kernel maxPool(const PoolProblem& problem) {
    Kernel kernel = bindPool("pool.max", problem, HWY_DYNAMIC_DISPATCH(chooseMaxPool));
    kernel.reads = sourcePlanes;
    return kernel;
}

Kernel maxPoolBackward(const PoolProblem& problem) {
    Kernel kernel =
        bindPool("pool.max_backward", problem, HWY_DYNAMIC_DISPATCH(chooseMaxPoolBackward));
    kernel.share = gradientPlanes;
    return kernel;
}

Kernel maxPoolGather(const PoolProblem& problem) {
    return bindPool("pool.max_gather", problem, HWY_DYNAMIC_DISPATCH(chooseMaxPoolGather));
}

}  // namespace vitrine::kernels::cpu
#endif
