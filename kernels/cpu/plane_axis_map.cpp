// SPDX-License-Identifier: Apache-2.0
// Linear maps along the rows or columns of planes of 16 lanes. A result is a weighted sum of lines
// that lie side by side: of whole rows, or of single pixels.
#include <algorithm>
#include <vector>

#include "kernels/cpu/axis_map.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"
#include "kernels/cpu/plane_kernel.h"
#include "kernels/cpu/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/plane_axis_map.cpp"
#include "hwy/foreach_target.h"
//
#include "kernels/cpu/vector16-inl.h"

#ifndef VITRINE_KERNELS_CPU_PLANE_AXIS_MAP_BOUND
#define VITRINE_KERNELS_CPU_PLANE_AXIS_MAP_BOUND
namespace vitrine::kernels::cpu {

struct BoundPlaneMap {
    Image x, y;
    bool alongRows = false;
    Cut planes;
    std::vector<int64_t> begin, index;  ///< of the map
    std::vector<float> weight;
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// `floats` of them: Σ weight · line, in the order of the terms. x: line 0, lines `step` apart.
HWY_INLINE void sumLines(const BoundPlaneMap& map, int64_t result, const float* x, int64_t step,
                         int64_t floats, float* y) {
    const int64_t first = map.begin[static_cast<size_t>(result)];
    const int64_t terms = map.begin[static_cast<size_t>(result) + 1] - first;
    const int64_t* const index = map.index.data() + first;
    const float* const weight = map.weight.data() + first;
    for (int64_t i = 0; i < floats; i += lanesOfVector) {
        FloatVector sum = hn::Zero(Floats());
        if (terms > 0) sum = hn::Mul(load(x + index[0] * step + i), broadcast(weight[0]));
        for (int64_t k = 1; k < terms; ++k)
            sum = hn::MulAdd(load(x + index[k] * step + i), broadcast(weight[k]), sum);
        store(sum, y + i);
    }
}

/// x and y at pixel (0, 0) of their planes.
void mapPlane(const BoundPlaneMap& map, const float* x, float* y) {
    const int64_t from = map.x.rowStride(), to = map.y.rowStride();
    for (int64_t row = 0; row < map.y.h; ++row) {
        if (map.alongRows)
            sumLines(map, row, x, from, map.y.w * blockWidth, y + row * to);
        else
            for (int64_t column = 0; column < map.y.w; ++column)
                sumLines(map, column, x + row * from, blockWidth, blockWidth,
                         y + row * to + column * blockWidth);
    }
}

void runPlanes(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& map = *static_cast<const BoundPlaneMap*>(problem);
    for (int64_t k = map.planes.begin(part); k < map.planes.end(part); ++k) {
        const auto* x = static_cast<const float*>(operands[0]) + k * map.x.planeStride();
        auto* y = static_cast<float*>(operands[1]) + k * map.y.planeStride();
        mapPlane(map, x + map.x.origin(), y + map.y.origin());
        zeroHalo(map.y, y);
    }
}

Kernel::Run chooseRun() { return runPlanes; }

}  // namespace
}  // namespace vitrine::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseRun);

namespace {

ResultShare planesOf(const Cut& planes, int64_t part, int64_t rows) {
    const int64_t first = planes.begin(part);
    return {.first = first, .count = planes.end(part) - first, .endRow = rows};
}
ResultShare resultPlanes(const void* problem, int64_t part) {
    const auto& map = *static_cast<const BoundPlaneMap*>(problem);
    return planesOf(map.planes, part, map.y.h);
}
ResultShare sourcePlanes(const void* problem, int64_t part) {
    const auto& map = *static_cast<const BoundPlaneMap*>(problem);
    return planesOf(map.planes, part, map.x.h);
}

}  // namespace

Kernel bindPlaneAxisMap(const PlaneAxisMapProblem& problem) {
    const Operand &x = problem.x, &y = problem.y;
    if (const std::string why = whyNoPlanes(x, y); !why.empty()) return refuse(why);
    const int64_t terms = mostTerms(problem.map);
    if (terms > axisMapFloats) return refuse("planes: sums of many terms");
    const int64_t work = y.h * y.w * blockWidth * std::max<int64_t>(terms, 1);
    BoundPlaneMap bound{.x = x,
                        .y = y,
                        .alongRows = problem.alongRows,
                        .planes = cut(y.planes(), work, partElements),
                        .begin = problem.map.begin,
                        .index = problem.map.index,
                        .weight = {problem.map.weight.begin(), problem.map.weight.end()}};
    Kernel kernel;
    kernel.name = planeKernelName("axis_map", y.layout, problem.alongRows ? "rows" : "columns");
    kernel.parts = {bound.planes.parts, 1, 1};
    kernel.share = resultPlanes;
    kernel.reads = sourcePlanes;
    kernel.run = HWY_DYNAMIC_DISPATCH(chooseRun)();
    kernel.problem = std::make_shared<const BoundPlaneMap>(std::move(bound));
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
