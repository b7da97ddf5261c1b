// SPDX-License-Identifier: Apache-2.0
// Window arithmetic of pooling, done once per problem.
#include "kernels/cpu/pool_plan.h"

#include "kernels/cpu/halo.h"
#include "kernels/cpu/plane_kernel.h"

namespace vitrine::kernels::cpu {
namespace {

constexpr int64_t grainElements = 16 * 1024;

struct AxisShape {
    int64_t inputs, outputs, window, stride, pad;
};

PoolAxis makeAxis(const AxisShape& shape, bool countIncludePad) {
    PoolAxis axis;
    axis.windows.assign(static_cast<size_t>(shape.inputs), Span{shape.outputs, 0});
    for (int64_t output = 0; output < shape.outputs; ++output) {
        const int64_t start = output * shape.stride - shape.pad;
        const Span taps{std::max<int64_t>(0, -start), std::min(shape.window, shape.inputs - start)};
        const int64_t counted = countIncludePad ? shape.window : taps.end - taps.begin;
        axis.taps.push_back(taps);
        axis.shares.push_back(1.0 / static_cast<double>(counted));
        for (int64_t input = start + taps.begin; input < start + taps.end; ++input) {
            Span& windows = axis.windows[static_cast<size_t>(input)];
            windows.begin = std::min(windows.begin, output);
            windows.end = output + 1;
        }
    }
    return axis;
}

PoolPlan makePoolPlan(const PoolProblem& pool) {
    PoolPlan plan;
    plan.pool = pool;
    plan.rows =
        makeAxis({pool.x.h, pool.y.h, pool.r, pool.strideH, pool.padH}, pool.countIncludePad);
    plan.columns =
        makeAxis({pool.x.w, pool.y.w, pool.s, pool.strideW, pool.padW}, pool.countIncludePad);
    plan.planes = cut(pool.x.planes(), pool.x.planeStride(), grainElements);
    return plan;
}

}  // namespace

Kernel bindPool(std::string_view family, const PoolProblem& problem,
                Kernel::Run (*choose)(const PoolProblem&)) {
    const std::string reason = whyNoPlanes(problem.x, problem.y, problem.precision);
    if (!reason.empty()) return refuse(reason);
    PoolPlan plan = makePoolPlan(problem);
    const int64_t parts = plan.planes.parts;
    Kernel kernel = bindKernel(
        planeKernelName(family, problem.x.layout, isQuartering(problem) ? "2x2" : "window"),
        std::move(plan), choose(problem));
    kernel.parts[0] = parts;
    return kernel;
}

bool isQuartering(const PoolProblem& pool) {
    return pool.r == 2 && pool.s == 2 && pool.strideH == 2 && pool.strideW == 2 && pool.padH == 0 &&
           pool.padW == 0 && 2 * pool.y.h <= pool.x.h && 2 * pool.y.w <= pool.x.w;
}

void zeroBeyondQuarters(const PoolProblem& pool, float* dx) {
    const int64_t row = pool.x.rowStride();
    const int64_t covered = 2 * pool.y.w;
    for (int64_t i = 0; i < 2 * pool.y.h; ++i)
        zeroElements(dx + i * row + covered * blockWidth, (pool.x.w - covered) * blockWidth);
    for (int64_t i = 2 * pool.y.h; i < pool.x.h; ++i)
        zeroElements(dx + i * row, pool.x.w * blockWidth);
}

}  // namespace vitrine::kernels::cpu
