// SPDX-License-Identifier: Apache-2.0
// Window arithmetic of pooling, done once per problem.
#include "kernels/cpu/pool_plan.h"

#include "kernels/cpu/halo.h"
#include "kernels/cpu/plane_kernel.h"
#include "kernels/cpu/whole_planes.h"

namespace vitrine::kernels::cpu {
namespace {

constexpr int64_t grainElements = 6 * 1024;

PoolAxis makeAxis(const WindowAxis& window, bool countIncludePad) {
    PoolAxis axis;
    axis.windows.assign(static_cast<size_t>(window.in), Span{window.out, 0});
    for (int64_t output = 0; output < window.out; ++output) {
        const int64_t start = window.position(output, 0);
        const Span taps{std::max<int64_t>(0, -start), std::min(window.kernel, window.in - start)};
        // A window that ceil_mode adds may reach past the padding, which does not count.
        const int64_t padded = std::min(window.kernel, window.in + window.after - start);
        const int64_t counted = countIncludePad ? padded : taps.end - taps.begin;
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
    plan.rows = makeAxis(pool.window.rows, pool.countIncludePad);
    plan.columns = makeAxis(pool.window.columns, pool.countIncludePad);
    plan.planes = cut(pool.x.planes(), pool.x.planeStride(), grainElements);
    return plan;
}

}  // namespace

Kernel bindPool(std::string_view family, const PoolProblem& problem,
                Kernel::Run (*choose)(const PoolProblem&)) {
    const std::string reason = whyNoPlanes(problem.x, problem.y);
    if (!reason.empty()) return refuse(reason);
    const Window& window = problem.window;
    if (!window.isFlat()) return refuse("planes: images of one slice only");
    if (window.rows.dilation != 1 || window.columns.dilation != 1)
        return refuse("planes: windows without gaps only");
    PoolPlan plan = makePoolPlan(problem);
    const int64_t parts = plan.planes.parts;
    Kernel kernel = bindKernel(
        planeKernelName(family, problem.x.layout, isQuartering(problem) ? "2x2" : "window"),
        std::move(plan), choose(problem));
    kernel.parts[0] = parts;
    return kernel;
}

ResultShare resultPlanes(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const PoolPlan*>(problem);
    return wholePlanes(plan.planes, part, plan.pool.y.h);
}
ResultShare sourcePlanes(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const PoolPlan*>(problem);
    return wholePlanes(plan.planes, part, plan.pool.x.h);
}
ResultShare gradientPlanes(const void* problem, int64_t part) {
    return sourcePlanes(problem, part);
}

bool isQuartering(const PoolProblem& pool) {
    const auto halves = [](const WindowAxis& axis) {
        return axis.kernel == 2 && axis.stride == 2 && axis.before == 0 && 2 * axis.out <= axis.in;
    };
    return halves(pool.window.rows) && halves(pool.window.columns);
}

void zeroBeyondQuarters(const PoolProblem& pool, float* dx) {
    const int64_t row = pool.x.rowStride();
    const int64_t covered = 2 * pool.y.w;
    for (int64_t i = 0; i < 2 * pool.y.h && covered < pool.x.w; ++i)
        zeroElements(dx + i * row + covered * blockWidth, (pool.x.w - covered) * blockWidth);
    for (int64_t i = 2 * pool.y.h; i < pool.x.h; ++i)
        zeroElements(dx + i * row, pool.x.w * blockWidth);
}

}  // namespace vitrine::kernels::cpu
