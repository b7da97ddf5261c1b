// SPDX-License-Identifier: Apache-2.0
// Parts and workspace of the fully connected kernels.
#include "kernels/cpu/linear_plan.h"

#include "kernels/cpu/plane_kernel.h"

namespace vitrine::kernels::cpu {
namespace {

/// Multiplications and additions that a part should have at least: about 1 µs, four times what
/// it takes to begin and end a kernel on several threads.
constexpr int64_t grainFlops = 1 << 18;
/// Of gradients with respect to x: their sums by channel are kept for each part.
constexpr int64_t grainDataFlops = 1 << 19;
/// Of blocks of lane groups, by which the sums of a bias's gradient are cut.
constexpr int64_t grainBlockFlops = 1 << 20;
constexpr int64_t grainElements = 4 * 1024;

struct Grains {
    int64_t outer = grainFlops, inner = grainFlops;
};

constexpr int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t flops(const LinearProblem& problem) {
    const int64_t images = divideUp(problem.n, blockWidth) * blockWidth;
    return 2 * images * problem.in * problem.out;
}

/// The first direction is cut as far as `total` work allows, the second by what is left to cut.
Cut2d cutBoth(int64_t total, int64_t outerItems, int64_t innerItems, const Grains& grains) {
    const Cut outer = cut(outerItems, total / std::max<int64_t>(outerItems, 1), grains.outer);
    const int64_t outerWork = total / outer.parts;
    return {outer, cut(innerItems, outerWork / std::max<int64_t>(innerItems, 1), grains.inner)};
}

std::string whyNoLanes(const LinearProblem& problem) {
    if (problem.dtype != DType::F32)
        return "linear: wants f32, got " + std::string(name(problem.dtype));
    if (problem.layout != Layout::Lanes)
        return "linear: wants lanes, got " + std::string(layoutName(problem.layout));
    if (problem.load) return "linear: loads what lies there";
    return {};
}

/// Parts of forward and data own tiles of results × lane groups.
template <bool isData>
ResultShare productShare(const void* problem, int64_t part) {
    const auto& plan = *static_cast<const LinearPlan*>(problem);
    const Cut &blocks = plan.product.outer, &tiles = plan.product.inner;
    const int64_t rows = isData ? plan.problem.in : plan.problem.out;
    const int64_t outer = part / tiles.parts, inner = part % tiles.parts;
    const int64_t group = blocks.begin(outer) * linearTileGroups;
    const int64_t endGroup =
        std::min(divideUp(plan.problem.n, blockWidth), blocks.end(outer) * linearTileGroups);
    const int64_t row = tiles.begin(inner) * linearTileRows;
    return {.first = group * rows + row,
            .count = std::min(rows, tiles.end(inner) * linearTileRows) - row,
            .repeats = endGroup - group,
            .stride = rows};
}

}  // namespace

Kernel bindLinear(std::string_view family, const LinearProblem& problem, bool isData,
                  Kernel::Run run) {
    const std::string reason = whyNoLanes(problem);
    if (!reason.empty()) return refuse(reason);
    const int64_t groups = divideUp(problem.n, blockWidth);
    const int64_t rows = isData ? problem.in : problem.out;
    const Grains grains{grainBlockFlops, isData ? grainDataFlops : grainFlops};
    LinearPlan plan{problem,
                    cutBoth(flops(problem), divideUp(groups, linearTileGroups),
                            divideUp(rows, linearTileRows), grains),
                    {}};
    Kernel kernel = bindKernel(planeKernelName(family, problem.layout, "tiles"), plan, run);
    kernel.parts[0] = plan.product.parts();
    kernel.share = isData ? productShare<true> : productShare<false>;
    return kernel;
}

Kernel bindLinearWeights(const LinearProblem& problem, Kernel::Run run) {
    const std::string reason = whyNoLanes(problem);
    if (!reason.empty()) return refuse(reason);
    const int64_t groups = divideUp(problem.n, blockWidth);
    const int64_t panels = divideUp(problem.in, linearPanelWidth);
    const int64_t tiles = divideUp(problem.out, linearTileRows);
    Cut2d product = cutBoth(flops(problem), tiles, panels, {});
    std::swap(product.outer, product.inner);
    LinearPlan plan{problem, product,
                    cut(groups * panels, linearPanelWidth * blockWidth, grainElements)};
    Kernel kernel =
        bindKernel(planeKernelName("linear.weights", problem.layout, "tiles"), plan, run);
    kernel.phases = 2;
    kernel.parts = {plan.transposition.parts, plan.product.parts(), 1};
    kernel.workspaceBytes = panels * linearPanelWidth * problem.n * int64_t{sizeof(float)};
    return kernel;
}

}  // namespace vitrine::kernels::cpu
