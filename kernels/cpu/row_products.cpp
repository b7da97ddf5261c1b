// SPDX-License-Identifier: Apache-2.0
// Products of rows in Highway: Σ_c a · b of each row (accumulated in double), x · r[n], and the
// gradient of softmax, which is made of both.
#include <algorithm>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/loss.h"
#include "kernels/cpu/row_groups.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/row_products.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"
#include "kernels/cpu/product_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {

/// Of the rows of a group; of those that are not there anything.
void dotOfGroup(const RowGroups& bound, const float* a, const float* b, int64_t group,
                float (&dot)[blockWidth]) {
    const int64_t c = bound.problem.c;
    double sums[blockWidth] = {};
    a += group * bound.groupElements();
    b += group * bound.groupElements();
    if (bound.problem.layout == Layout::Lanes) {
        ProductSum sum;
        for (int64_t j = 0; j < c; ++j) sum.add(a + j * blockWidth, b + j * blockWidth);
        sum.store(sums);
    } else {
        for (int64_t lane = 0; lane < bound.rows(group); ++lane) {
            ProductSum sum;
            sum.addRun(a + lane * c, b + lane * c, c);
            sums[lane] = sum.total();
        }
    }
    for (int64_t lane = 0; lane < blockWidth; ++lane) dot[lane] = static_cast<float>(sums[lane]);
}

void runRowDot(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
        float dot[blockWidth];
        dotOfGroup(bound, static_cast<const float*>(operands[0]),
                   static_cast<const float*>(operands[1]), group, dot);
        std::copy_n(dot, bound.rows(group), static_cast<float*>(operands[2]) + group * blockWidth);
    }
}

using Floats = hn::CappedTag<float, blockWidth>;
constexpr int64_t lanesOfVector = hn::MaxLanes(Floats());

/// y = x · r for x[c][16], r[16].
void scaleLanes(const float* x, const float* r, int64_t c, float* y) {
    const Floats d;
    for (int64_t i = 0; i < c * blockWidth; i += lanesOfVector)
        hn::StoreU(hn::Mul(hn::LoadU(d, x + i), hn::LoadU(d, r + i % blockWidth)), d, y + i);
}

/// y = x · r for one row.
void scaleRow(const float* x, float r, int64_t c, float* y) {
    const Floats d;
    const auto factor = hn::Set(d, r);
    const auto scale = [&](int64_t i, auto access) HWY_ATTR {
        access.store(d, hn::Mul(access.load(d, x + i), factor), y + i);
    };
    int64_t i = 0;
    for (; i + lanesOfVector <= c; i += lanesOfVector) scale(i, Whole{});
    if (i < c) scale(i, Partial{c - i});
}

void runRowScale(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    const int64_t c = bound.problem.c;
    const auto* r = static_cast<const float*>(operands[1]);
    for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
        const int64_t rows = bound.rows(group), start = group * bound.groupElements();
        const float* x = static_cast<const float*>(operands[0]) + start;
        float* y = static_cast<float*>(operands[2]) + start;
        float some[blockWidth] = {};
        for (int64_t lane = 0; lane < rows; ++lane) some[lane] = r[group * blockWidth + lane];
        if (bound.problem.layout == Layout::Lanes)
            scaleLanes(x, some, c, y);
        else
            for (int64_t lane = 0; lane < rows; ++lane)
                scaleRow(x + lane * c, some[lane], c, y + lane * c);
    }
}

/// dx = y (dy − dot) for [c][16], a dot for each lane.
void gradientOfLanes(const float* dy, const float* y, const float (&dot)[blockWidth], int64_t c,
                     float* dx) {
    const Floats d;
    for (int64_t i = 0; i < c * blockWidth; i += lanesOfVector) {
        const auto rest = hn::Sub(hn::LoadU(d, dy + i), hn::LoadU(d, dot + i % blockWidth));
        hn::StoreU(hn::Mul(hn::LoadU(d, y + i), rest), d, dx + i);
    }
}

/// The same for one row.
void gradientOfRow(const float* dy, const float* y, float dot, int64_t c, float* dx) {
    const Floats d;
    const auto away = hn::Set(d, dot);
    const auto leave = [&](int64_t i, auto access) HWY_ATTR {
        const auto rest = hn::Sub(access.load(d, dy + i), away);
        access.store(d, hn::Mul(access.load(d, y + i), rest), dx + i);
    };
    int64_t i = 0;
    for (; i + lanesOfVector <= c; i += lanesOfVector) leave(i, Whole{});
    if (i < c) leave(i, Partial{c - i});
}

void runSoftmaxGrad(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    const int64_t c = bound.problem.c;
    const auto *dy = static_cast<const float*>(operands[0]),
               *y = static_cast<const float*>(operands[1]);
    for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
        const int64_t start = group * bound.groupElements();
        float* dx = static_cast<float*>(operands[2]) + start;
        float dot[blockWidth];
        dotOfGroup(bound, dy, y, group, dot);
        if (bound.problem.layout == Layout::Lanes)
            gradientOfLanes(dy + start, y + start, dot, c, dx);
        else
            for (int64_t lane = 0; lane < bound.rows(group); ++lane)
                gradientOfRow(dy + start + lane * c, y + start + lane * c, dot[lane], c,
                              dx + lane * c);
    }
}

Choice chooseRowDot() { return {runRowDot, hwy::TargetName(HWY_TARGET)}; }
Choice chooseRowScale() { return {runRowScale, hwy::TargetName(HWY_TARGET)}; }
Choice chooseSoftmaxGrad() { return {runSoftmaxGrad, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseRowDot);
HWY_EXPORT(chooseRowScale);
HWY_EXPORT(chooseSoftmaxGrad);

Kernel bindRowDot(const RowProblem& problem) {
    const RowGroups bound(problem);
    return bindVector("row_dot", problem.layout, bound, HWY_DYNAMIC_DISPATCH(chooseRowDot)(),
                      bound.groups.parts);
}

Kernel bindRowScale(const RowProblem& problem) {
    const RowGroups bound(problem);
    return bindVector("row_scale", problem.layout, bound, HWY_DYNAMIC_DISPATCH(chooseRowScale)(),
                      bound.groups.parts);
}

Kernel bindSoftmaxGrad(const RowProblem& problem) {
    const RowGroups bound(problem);
    return bindVector("softmax.grad", problem.layout, bound,
                      HWY_DYNAMIC_DISPATCH(chooseSoftmaxGrad)(), bound.groups.parts);
}

}  // namespace vitrine::kernels::cpu
#endif
