// SPDX-License-Identifier: Apache-2.0
// Softmax, its logarithm, cross-entropy and its gradient in Highway, vectors over 16 rows. The
// largest logit is subtracted first, sums over classes and rows accumulate in double.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/loss.h"
#include "kernels/cpu/row_groups.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/softmax.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/math-inl.h"

#ifndef VITRINE_KERNELS_CPU_SOFTMAX_STATISTICS
#define VITRINE_KERNELS_CPU_SOFTMAX_STATISTICS
namespace vitrine::kernels::cpu {

/// Of 16 rows x[c][16].
struct RowStatistics {
    alignas(64) float largest[blockWidth];
    alignas(64) double sum[blockWidth];    ///< Σ exp(x − largest)
    alignas(64) double total[blockWidth];  ///< Σ x
};

/// −Σ target · logsoftmax(x) of one row with 1 − e at the label and e / c everywhere; infinite
/// where the label names no class.
inline double rowLoss(const RowProblem& problem, const RowStatistics& rows, const float* x,
                      int32_t label, int64_t lane) {
    if (label < 0) return std::numeric_limits<double>::infinity();
    const double logSum = std::log(rows.sum[lane]);
    const double largest = static_cast<double>(rows.largest[lane]);
    const double c = static_cast<double>(problem.c);
    double loss = 0;
    if (problem.labelSmoothing != 1)
        loss += (1 - problem.labelSmoothing) *
                (logSum - (static_cast<double>(x[label * blockWidth + lane]) - largest));
    if (problem.labelSmoothing != 0)
        loss += problem.labelSmoothing * (logSum + largest - rows.total[lane] / c);
    return loss;
}

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, blockWidth>;
constexpr int64_t lanesOfVector = hn::MaxLanes(Floats());

/// Adds the 16 floats at `from` to the 16 doubles at `sums`.
HWY_INLINE void addToDoubles(const float* from, double* sums) {
    const hn::CappedTag<double, blockWidth> d;
    const hn::Rebind<float, decltype(d)> half;
    for (int64_t lane = 0; lane < blockWidth; lane += static_cast<int64_t>(hn::Lanes(d)))
        hn::StoreU(
            hn::Add(hn::LoadU(d, sums + lane), hn::PromoteTo(d, hn::LoadU(half, from + lane))), d,
            sums + lane);
}

void findLargest(const float* x, int64_t c, float* largest) {
    const Floats d;
    for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
        auto most = hn::LoadU(d, x + lane);
        for (int64_t j = 1; j < c; ++j)
            most = hn::Max(most, hn::LoadU(d, x + j * blockWidth + lane));
        hn::Store(most, d, largest + lane);
    }
}

/// Statistics of x; e[j · stride] = exp(x − largest), which stride 0 forgets. e may be x.
void summarise(const float* x, int64_t c, float* e, int64_t stride, RowStatistics& rows) {
    const Floats d;
    findLargest(x, c, rows.largest);
    for (int64_t lane = 0; lane < blockWidth; ++lane) rows.sum[lane] = rows.total[lane] = 0;
    for (int64_t j = 0; j < c; ++j, x += blockWidth, e += stride) {
        addToDoubles(x, rows.total);
        for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
            const auto shifted = hn::Sub(hn::LoadU(d, x + lane), hn::Load(d, rows.largest + lane));
            hn::StoreU(exp(d, shifted), d, e + lane);
        }
        addToDoubles(e, rows.sum);
    }
}

/// y = (e / sum − shift) · scale, in place.
void normalise(float* y, int64_t c, const RowStatistics& rows, float shift, float scale) {
    const Floats d;
    HWY_ALIGN float inverse[blockWidth];
    for (int64_t lane = 0; lane < blockWidth; ++lane)
        inverse[lane] = static_cast<float>(1 / rows.sum[lane]);
    for (int64_t j = 0; j < c; ++j, y += blockWidth)
        for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
            const auto p = hn::Mul(hn::LoadU(d, y + lane), hn::Load(d, inverse + lane));
            hn::StoreU(hn::Mul(hn::Sub(p, hn::Set(d, shift)), hn::Set(d, scale)), d, y + lane);
        }
}

void runSoftmax(const void* problem, void* const* operands, Workspace workspace, int,
                int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    const auto* x = static_cast<const float*>(operands[0]);
    auto* y = static_cast<float*>(operands[1]);
    float* scratch = bound.scratch(workspace.shared, part);
    RowStatistics rows;
    for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
        float* target = bound.target(y, group, scratch);
        summarise(bound.read(x, group, scratch), bound.problem.c, target, blockWidth, rows);
        normalise(target, bound.problem.c, rows, 0, 1);
        bound.write(y, group, target);
    }
}

/// y = (x − largest) − ln sum, in place.
void subtractLogSum(float* y, int64_t c, const RowStatistics& rows) {
    const Floats d;
    HWY_ALIGN float logSum[blockWidth];
    for (int64_t lane = 0; lane < blockWidth; ++lane)
        logSum[lane] = static_cast<float>(std::log(rows.sum[lane]));
    for (int64_t j = 0; j < c; ++j, y += blockWidth)
        for (int64_t lane = 0; lane < blockWidth; lane += lanesOfVector) {
            const auto below = hn::Sub(hn::LoadU(d, y + lane), hn::Load(d, rows.largest + lane));
            hn::StoreU(hn::Sub(below, hn::Load(d, logSum + lane)), d, y + lane);
        }
}

void runLogSoftmax(const void* problem, void* const* operands, Workspace workspace, int,
                   int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    const auto* x = static_cast<const float*>(operands[0]);
    auto* y = static_cast<float*>(operands[1]);
    float* scratch = bound.scratch(workspace.shared, part);
    HWY_ALIGN float forgotten[blockWidth];
    RowStatistics rows;
    for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
        float* target = bound.target(y, group, scratch);
        const float* from = bound.read(x, group, scratch);
        summarise(from, bound.problem.c, forgotten, 0, rows);
        if (target != from) std::copy_n(from, bound.problem.c * blockWidth, target);
        subtractLogSum(target, bound.problem.c, rows);
        bound.write(y, group, target);
    }
}

double sumOfLosses(const RowGroups& bound, const float* logits, const int32_t* labels,
                   float* scratch, int64_t part) {
    HWY_ALIGN float forgotten[blockWidth];
    RowStatistics rows;
    double sum = 0;
    for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
        const float* x = bound.read(logits, group, scratch);
        summarise(x, bound.problem.c, forgotten, 0, rows);
        const auto some = bound.labels(labels, group);
        for (int64_t lane = 0; lane < bound.rows(group); ++lane)
            sum += rowLoss(bound.problem, rows, x, some[static_cast<size_t>(lane)], lane);
    }
    return sum;
}

void runCrossEntropy(const void* problem, void* const* operands, Workspace workspace, int phase,
                     int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    const int64_t parts = bound.groups.parts;
    auto* partials = static_cast<double*>(workspace.shared);
    if (phase == 0) {
        float* scratch =
            bound.scratch(static_cast<char*>(workspace.shared) + partialBytes(parts), part);
        partials[part] = sumOfLosses(bound, static_cast<const float*>(operands[0]),
                                     static_cast<const int32_t*>(operands[1]), scratch, part);
    }
    if (finishes(parts, phase))
        *static_cast<float*>(operands[2]) =
            static_cast<float>(sumInOrder(partials, parts) / static_cast<double>(bound.problem.n));
}

void runCrossEntropyGrad(const void* problem, void* const* operands, Workspace workspace, int,
                         int64_t part) {
    const auto& bound = *static_cast<const RowGroups*>(problem);
    const RowProblem& p = bound.problem;
    const auto* labels = static_cast<const int32_t*>(operands[1]);
    auto* d = static_cast<float*>(operands[3]);
    float* scratch = bound.scratch(workspace.shared, part);
    const double scale =
        static_cast<double>(*static_cast<const float*>(operands[2])) / static_cast<double>(p.n);
    const double everywhere = p.labelSmoothing / static_cast<double>(p.c);
    RowStatistics rows;
    for (int64_t group = bound.groups.begin(part); group < bound.groups.end(part); ++group) {
        float* target = bound.target(d, group, scratch);
        summarise(bound.read(static_cast<const float*>(operands[0]), group, scratch), p.c, target,
                  blockWidth, rows);
        // At the label softmax − 1 = (e − sum) / sum in double: it does not cancel where softmax is
        // close to 1.
        const auto some = bound.labels(labels, group);
        double atLabel[blockWidth] = {};
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            if (const int64_t label = some[static_cast<size_t>(lane)]; label >= 0)
                atLabel[lane] =
                    (static_cast<double>(target[label * blockWidth + lane]) - rows.sum[lane]) /
                        rows.sum[lane] +
                    p.labelSmoothing - everywhere;
        normalise(target, p.c, rows, static_cast<float>(everywhere), static_cast<float>(scale));
        for (int64_t lane = 0; lane < blockWidth; ++lane)
            if (const int64_t label = some[static_cast<size_t>(lane)]; label >= 0)
                target[label * blockWidth + lane] = static_cast<float>(atLabel[lane] * scale);
        bound.write(d, group, target);
    }
}

Choice chooseSoftmax() { return {runSoftmax, hwy::TargetName(HWY_TARGET)}; }
Choice chooseLogSoftmax() { return {runLogSoftmax, hwy::TargetName(HWY_TARGET)}; }
Choice chooseCrossEntropy() { return {runCrossEntropy, hwy::TargetName(HWY_TARGET)}; }
Choice chooseCrossEntropyGrad() { return {runCrossEntropyGrad, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseSoftmax);
HWY_EXPORT(chooseLogSoftmax);
HWY_EXPORT(chooseCrossEntropy);
HWY_EXPORT(chooseCrossEntropyGrad);

Kernel bindSoftmax(const RowProblem& problem) {
    const RowGroups bound(problem);
    Kernel kernel = bindVector("softmax", problem.layout, bound,
                               HWY_DYNAMIC_DISPATCH(chooseSoftmax)(), bound.groups.parts);
    kernel.workspaceBytes = bound.scratchBytes();
    return kernel;
}

Kernel bindLogSoftmax(const RowProblem& problem) {
    const RowGroups bound(problem);
    Kernel kernel = bindVector("log_softmax", problem.layout, bound,
                               HWY_DYNAMIC_DISPATCH(chooseLogSoftmax)(), bound.groups.parts);
    kernel.workspaceBytes = bound.scratchBytes();
    return kernel;
}

Kernel bindCrossEntropy(const RowProblem& problem) {
    const RowGroups bound(problem);
    Kernel kernel = bindVector("cross_entropy", problem.layout, bound,
                               HWY_DYNAMIC_DISPATCH(chooseCrossEntropy)(), bound.groups.parts);
    setOrderedSum(kernel, bound.groups.parts);
    kernel.workspaceBytes += bound.scratchBytes();
    return kernel;
}

Kernel bindCrossEntropyGrad(const RowProblem& problem) {
    const RowGroups bound(problem);
    Kernel kernel = bindVector("cross_entropy.grad", problem.layout, bound,
                               HWY_DYNAMIC_DISPATCH(chooseCrossEntropyGrad)(), bound.groups.parts);
    kernel.workspaceBytes = bound.scratchBytes();
    return kernel;
}

}  // namespace vitrine::kernels::cpu
#endif
