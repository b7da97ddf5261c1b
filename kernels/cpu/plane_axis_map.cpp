// SPDX-License-Identifier: Apache-2.0
// Linear maps along the rows or columns of planes of 16 lanes. A result is a weighted sum of lines
// that lie side by side: of whole rows, or of single pixels.
#include <algorithm>
#include <vector>

#include <hwy/cache_control.h>

#include "kernels/cpu/axis_map.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/halo.h"
#include "kernels/cpu/plane_kernel.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/upcoming.h"
#include "kernels/cpu/whole_planes.h"

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
    /// Rows that are far are asked for ahead, where they are more than those that are written.
    bool asks = false;
    Cut planes;
    std::vector<int64_t> begin, index;  ///< of the map
    std::vector<int64_t> last;          ///< by result, the largest index up to it
    std::vector<float> weight;
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu::HWY_NAMESPACE {
namespace {

/// 16 lanes of a result: Σ weight · line, in the order of the terms. x: line 0, lines `step` apart.
HWY_INLINE void sumPixel(const BoundPlaneMap& map, int64_t result, const float* x, int64_t step,
                         float* y) {
    const int64_t first = map.begin[static_cast<size_t>(result)];
    const int64_t terms = map.begin[static_cast<size_t>(result) + 1] - first;
    const int64_t* const index = map.index.data() + first;
    const float* const weight = map.weight.data() + first;
    for (int64_t i = 0; i < blockWidth; i += lanesOfVector) {
        FloatVector sum = hn::Zero(Floats());
        if (terms > 0) sum = hn::Mul(load(x + index[0] * step + i), broadcast(weight[0]));
        for (int64_t k = 1; k < terms; ++k)
            sum = hn::MulAdd(load(x + index[k] * step + i), broadcast(weight[k]), sum);
        store(sum, y + i);
    }
}

/// The same of `floats` on end, of so many terms.
template <int64_t terms>
HWY_INLINE void sumTerms(const int64_t* index, const float* weight, const float* x, int64_t step,
                         int64_t floats, float* y) {
    const float* line[terms];
    FloatVector share[terms];
    for (int64_t k = 0; k < terms; ++k) {
        line[k] = x + index[k] * step;
        share[k] = broadcast(weight[k]);
    }
    for (int64_t i = 0; i < floats; i += lanesOfVector) {
        FloatVector sum = hn::Mul(load(line[0] + i), share[0]);
        for (int64_t k = 1; k < terms; ++k) sum = hn::MulAdd(load(line[k] + i), share[k], sum);
        store(sum, y + i);
    }
}

HWY_INLINE void sumRows(const BoundPlaneMap& map, int64_t result, const float* x, int64_t floats,
                        float* y) {
    const int64_t first = map.begin[static_cast<size_t>(result)], step = map.x.rowStride();
    const int64_t* const index = map.index.data() + first;
    const float* const weight = map.weight.data() + first;
    switch (map.begin[static_cast<size_t>(result) + 1] - first) {
        case 1:
            return sumTerms<1>(index, weight, x, step, floats, y);
        case 2:
            return sumTerms<2>(index, weight, x, step, floats, y);
        case 3:
            return sumTerms<3>(index, weight, x, step, floats, y);
        case 4:
            return sumTerms<4>(index, weight, x, step, floats, y);
        default:
            for (int64_t i = 0; i < floats; i += blockWidth)
                sumPixel(map, result, x + i, step, y + i);
    }
}

/// Asks for rows of x: each is a page or so, behind which the machine does not run ahead by itself.
HWY_INLINE void askFor(const float* x, int64_t first, int64_t last, int64_t step, int64_t floats) {
    for (int64_t line = first; line <= last; ++line)
        for (int64_t i = 0; i < floats; i += blockWidth) hwy::Prefetch(x + line * step + i);
}

/// x and y at pixel (0, 0) of their planes.
void mapColumns(const BoundPlaneMap& map, const float* x, float* y) {
    const int64_t from = map.x.rowStride(), to = map.y.rowStride();
    for (int64_t row = 0; row < map.y.h; ++row)
        for (int64_t column = 0; column < map.y.w; ++column)
            sumPixel(map, column, x + row * from, blockWidth, y + row * to + column * blockWidth);
}
void mapRows(const BoundPlaneMap& map, bool asks, const float* x, float* y) {
    const int64_t from = map.x.rowStride(), floats = map.y.w * blockWidth;
    for (int64_t row = 0; row < map.y.h; ++row) {
        const int64_t* const last = map.last.data() + row;
        if (asks && row + 1 < map.y.h) askFor(x, last[0] + 1, last[1], from, floats);
        sumRows(map, row, x, floats, y + row * map.y.rowStride());
    }
}

void runPlanes(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& map = *static_cast<const BoundPlaneMap*>(problem);
    const bool asks = map.asks && !Upcoming::ofThread().isSourceMade();
    for (int64_t k = map.planes.begin(part); k < map.planes.end(part); ++k) {
        const auto* x = static_cast<const float*>(operands[0]) + k * map.x.planeStride();
        auto* y = static_cast<float*>(operands[1]) + k * map.y.planeStride();
        if (map.alongRows)
            mapRows(map, asks, x + map.x.origin(), y + map.y.origin());
        else
            mapColumns(map, x + map.x.origin(), y + map.y.origin());
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

ResultShare resultPlanes(const void* problem, int64_t part) {
    const auto& map = *static_cast<const BoundPlaneMap*>(problem);
    return wholePlanes(map.planes, part, map.y.h);
}
ResultShare sourcePlanes(const void* problem, int64_t part) {
    const auto& map = *static_cast<const BoundPlaneMap*>(problem);
    return wholePlanes(map.planes, part, map.x.h);
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
                        .asks = isFar(x) && x.h > y.h,
                        .planes = cut(y.planes(), work, partElements),
                        .begin = problem.map.begin,
                        .index = problem.map.index,
                        .last = {},
                        .weight = {problem.map.weight.begin(), problem.map.weight.end()}};
    int64_t last = -1;
    for (size_t p = 0; p + 1 < bound.begin.size(); ++p) {
        for (int64_t k = bound.begin[p]; k < bound.begin[p + 1]; ++k)
            last = std::max(last, bound.index[static_cast<size_t>(k)]);
        bound.last.push_back(last);
    }
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
