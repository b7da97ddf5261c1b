// SPDX-License-Identifier: Apache-2.0
// Tiles and merged extents of layout copies.
#include "kernels/cpu/reorder_plan.h"

namespace vitrine::kernels::cpu {
namespace {

constexpr int64_t grainElements = 4 * 1024;

/// Rows that follow each other without a gap in both images become one row.
void mergeRows(ReorderPlan& plan) {
    if (plan.x.halo != 0 || plan.y.halo != 0) return;
    const bool isFromRows = plan.x.layout == Layout::RowMajor;
    if (plan.x.h > 1 && plan.byPixels) return;
    if (plan.x.h > 1 && isFromRows && plan.xStrides[2] != plan.x.w) return;
    for (Image* image : {&plan.x, &plan.y}) {
        image->w *= image->h;
        image->h = 1;
    }
}

/// Whether the channels of the row-major one of both lie on end, other than by chance.
bool goesByPixels(const ReorderProblem& problem) {
    const Image& x = problem.x;
    if (x.layout == problem.y.layout || x.c == 1) return false;
    if (x.layout == Layout::RowMajor) return problem.xStrides[1] == 1;
    return problem.y.layout == Layout::RowMajor && (x.h * x.w == 1 || problem.yStrides[1] == 1);
}

int64_t countItems(const ReorderPlan& plan) {
    if (plan.byPixels) {
        const Image& planes = plan.x.layout == Layout::RowMajor ? plan.y : plan.x;
        return (planes.layout == Layout::Lanes ? planes.laneGroups() : planes.n) *
               planes.channelBlocks();
    }
    if (plan.y.layout == Layout::RowMajor) return plan.x.planes();
    if (plan.x.layout == Layout::RowMajor || plan.x.layout == plan.y.layout) return plan.y.planes();
    return plan.y.laneGroups() * plan.y.channelBlocks();
}

}  // namespace

std::string whyNoTiles(const ReorderProblem& problem) {
    const bool isTurned = problem.yStrides != std::array<int64_t, 4>{};
    if (isTurned && !goesByPixels(problem)) return "tiles: wants channels side by side in y";
    if (problem.elementBytes != 4)
        return "tiles: wants elements of 4 bytes, got " + std::to_string(problem.elementBytes);
    if (problem.x.layout != Layout::RowMajor) return {};
    if (problem.y.layout == Layout::RowMajor) return "tiles: row-major on both sides";
    if (problem.xStrides[3] != 1 && problem.x.w > 1 && !goesByPixels(problem))
        return "tiles: wants pixels of a row or channels side by side";
    return {};
}

ReorderPlan makeReorderPlan(const ReorderProblem& problem) {
    ReorderPlan plan{problem.x, problem.y, problem.xStrides, problem.yStrides,
                     goesByPixels(problem)};
    if (plan.yStrides == std::array<int64_t, 4>{}) plan.yStrides = {plan.y.c, 1, 0, 0};
    mergeRows(plan);
    const int64_t items = countItems(plan);
    plan.items = cut(items, plan.y.elements() / std::max<int64_t>(items, 1), grainElements);
    return plan;
}

}  // namespace vitrine::kernels::cpu
