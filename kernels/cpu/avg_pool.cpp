// SPDX-License-Identifier: Apache-2.0
// Average pooling and its adjoint in planes of 16 lanes.
#include "kernels/cpu/halo.h"
#include "kernels/cpu/pool.h"
#include "kernels/cpu/pool_plan.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/avg_pool.cpp"
#include <hwy/foreach_target.h>
//
#include "kernels/cpu/vector16-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// 1 / what the average of output (p, q) divides by.
HWY_INLINE FloatVector share(const PoolPlan& plan, int64_t p, int64_t q) {
    return broadcast(static_cast<float>(plan.rows.shares[static_cast<size_t>(p)] *
                                        plan.columns.shares[static_cast<size_t>(q)]));
}

/// x and y at pixel (0, 0) of their planes. Rows of a window are summed first, then added up, so
/// that windows as large as the image keep their digits.
void averagePlane(const PoolPlan& plan, const float* x, float* y) {
    const PoolProblem& pool = plan.pool;
    const int64_t row = pool.x.rowStride();
    for (int64_t p = 0; p < pool.y.h; ++p) {
        const Span us = plan.rows.taps[static_cast<size_t>(p)];
        for (int64_t q = 0; q < pool.y.w; ++q) {
            const Span vs = plan.columns.taps[static_cast<size_t>(q)];
            const FloatVector factor = share(plan, p, q);
            const int64_t start =
                (p * pool.window.rows.stride - pool.window.rows.before) * row +
                (q * pool.window.columns.stride - pool.window.columns.before) * blockWidth;
            for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
                FloatVector sum = hn::Zero(Floats());
                for (int64_t u = us.begin; u < us.end; ++u) {
                    FloatVector rowSum = hn::Zero(Floats());
                    for (int64_t v = vs.begin; v < vs.end; ++v)
                        rowSum = hn::Add(rowSum, load(x + start + u * row + v * blockWidth + lane));
                    sum = hn::Add(sum, rowSum);
                }
                store(hn::Mul(sum, factor), y + p * pool.y.rowStride() + q * blockWidth + lane);
            }
        }
    }
}

void quarterPlane(const PoolPlan& plan, const float* x, float* y) {
    const PoolProblem& pool = plan.pool;
    const int64_t row = pool.x.rowStride();
    const FloatVector quarter = broadcast(0.25F);
    for (int64_t p = 0; p < pool.y.h; ++p)
        for (int64_t i = 0; i < pool.y.w * blockWidth; i += lanesOfVector) {
            const int64_t lane = i % blockWidth;
            const float* corner = x + 2 * p * row + 2 * (i - lane) + lane;
            const FloatVector top = hn::Add(load(corner), load(corner + blockWidth));
            const FloatVector bottom = hn::Add(load(corner + row), load(corner + row + blockWidth));
            store(hn::Mul(hn::Add(top, bottom), quarter), y + p * pool.y.rowStride() + i);
        }
}

template <void plane(const PoolPlan&, const float*, float*)>
void runForward(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const PoolPlan*>(problem);
    const Image& in = plan.pool.x;
    const Image& out = plan.pool.y;
    for (int64_t k = plan.planes.begin(part); k < plan.planes.end(part); ++k) {
        const auto* x = static_cast<const float*>(operands[0]) + k * in.planeStride();
        auto* y = static_cast<float*>(operands[1]) + k * out.planeStride();
        plane(plan, x + in.origin(), y + out.origin());
        zeroHalo(out, y);
    }
}

/// Each element of dx collects from the windows over it, in the order of the windows. dy, gate and
/// dx at pixel (0, 0) of their planes.
template <bool gated>
void spreadPlane(const PoolPlan& plan, const float* dy, const float* gate, float* dx) {
    const PoolProblem& pool = plan.pool;
    for (int64_t i = 0; i < pool.x.h; ++i) {
        const Span ps = plan.rows.windows[static_cast<size_t>(i)];
        for (int64_t j = 0; j < pool.x.w; ++j) {
            const Span qs = plan.columns.windows[static_cast<size_t>(j)];
            for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
                FloatVector sum = hn::Zero(Floats());
                for (int64_t p = ps.begin; p < ps.end; ++p)
                    for (int64_t q = qs.begin; q < qs.end; ++q) {
                        const float* from = dy + p * pool.y.rowStride() + q * blockWidth + lane;
                        sum = hn::MulAdd(load(from), share(plan, p, q), sum);
                    }
                const int64_t offset = i * pool.x.rowStride() + j * blockWidth + lane;
                store(gated ? reluGate(sum, load(gate + offset)) : sum, dx + offset);
            }
        }
    }
}

/// Every output writes the four elements that it alone covers.
template <bool gated>
void quarterSpreadPlane(const PoolPlan& plan, const float* dy, const float* gate, float* dx) {
    const PoolProblem& pool = plan.pool;
    const int64_t row = pool.x.rowStride();
    const FloatVector quarter = broadcast(0.25F);
    for (int64_t p = 0; p < pool.y.h; ++p)
        for (int64_t i = 0; i < pool.y.w * blockWidth; i += lanesOfVector) {
            const int64_t lane = i % blockWidth;
            const int64_t corner = 2 * p * row + 2 * (i - lane) + lane;
            const FloatVector part = hn::Mul(load(dy + p * pool.y.rowStride() + i), quarter);
            for (const int64_t at :
                 {corner, corner + blockWidth, corner + row, corner + row + blockWidth})
                store(gated ? reluGate(part, load(gate + at)) : part, dx + at);
        }
    zeroBeyondQuarters(pool, dx);
}

template <void plane(const PoolPlan&, const float*, const float*, float*), bool gated>
void runBackward(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const PoolPlan*>(problem);
    const Image& in = plan.pool.x;
    const Image& out = plan.pool.y;
    auto* dx = static_cast<float*>(operands[gated ? 2 : 1]);
    const float* gate = gated ? static_cast<const float*>(operands[1]) : dx;
    for (int64_t k = plan.planes.begin(part); k < plan.planes.end(part); ++k) {
        const auto* dy = static_cast<const float*>(operands[0]) + k * out.planeStride();
        const int64_t start = k * in.planeStride();
        plane(plan, dy + out.origin(), gate + start + in.origin(), dx + start + in.origin());
        zeroHalo(in, dx + start);
    }
}

Kernel::Run chooseAvgPool(const PoolProblem& pool) {
    return isQuartering(pool) ? runForward<quarterPlane> : runForward<averagePlane>;
}

Kernel::Run chooseAvgPoolBackward(const PoolProblem& pool) {
    const bool gated = pool.epilogue == Epilogue::ReluGate;
    if (isQuartering(pool))
        return gated ? runBackward<quarterSpreadPlane<true>, true>
                     : runBackward<quarterSpreadPlane<false>, false>;
    return gated ? runBackward<spreadPlane<true>, true> : runBackward<spreadPlane<false>, false>;
}

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseAvgPool);
HWY_EXPORT(chooseAvgPoolBackward);

Kernel avgPool(const PoolProblem& problem) {
    Kernel kernel = bindPool("pool.avg", problem, HWY_DYNAMIC_DISPATCH(chooseAvgPool));
    kernel.share = resultPlanes;
    kernel.reads = sourcePlanes;
    return kernel;
}

Kernel avgPoolBackward(const PoolProblem& problem) {
    Kernel kernel =
        bindPool("pool.avg_backward", problem, HWY_DYNAMIC_DISPATCH(chooseAvgPoolBackward));
    kernel.share = gradientPlanes;
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
