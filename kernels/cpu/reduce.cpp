// SPDX-License-Identifier: Apache-2.0
// Sums along axes: places in order, each over its elements in order. Where there are few places and
// many elements, parts take stretches of the elements and a second phase adds what they leave.
#include "kernels/api/reduce.h"

#include <algorithm>

#include "kernels/cpu/cut.h"
#include "kernels/cpu/strided.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"

namespace vitrine::kernels {
namespace {

using cpu::StridedWalk;

constexpr int64_t grainElements = 16 * 1024;
/// Places whose sums are taken together where neighbours lie side by side.
constexpr int64_t bandPlaces = 64;

struct Plan {
    StridedWalk<1> places;    ///< over the axes that stay
    StridedWalk<1> elements;  ///< over those that go
    int64_t bandsOfRow = 1;   ///< bands of a row of places
    int64_t placeCount = 1, elementRows = 1;
    Cut bands, stretches;

    bool isSplit() const { return stretches.parts > 1; }
};

Strided axesOf(const ReduceProblem& problem, bool reduced) {
    const Strided x = cpu::stridesOf(problem.x);
    Strided axes;
    for (int axis = 0; axis < x.rank; ++axis) {
        const auto a = static_cast<size_t>(axis);
        if (problem.isReduced[a] != reduced) continue;
        axes.shape[static_cast<size_t>(axes.rank)] = x.shape[a];
        axes.strides[static_cast<size_t>(axes.rank++)] = x.strides[a];
    }
    return axes;
}

StridedWalk<1> walkOf(const Strided& axes) {
    const Strided operands[] = {axes};
    return StridedWalk<1>(operands);
}

/// sums[i] += the elements of place first + i in some rows of elements, in order.
template <class T>
void addRows(const Plan& plan, const T* x, int64_t count, int64_t begin, int64_t end,
             double* sums) {
    const StridedWalk<1>& walk = plan.elements;
    const int64_t step = walk.step(0), placeStep = plan.places.step(0);
    for (int64_t row = begin; row < end; ++row) {
        const T* const from = x + walk.rowOffsets(row)[0];
        if (count == 1 || (step == 1 && placeStep != 1)) {
            for (int64_t i = 0; i < count; ++i) {
                const T* const at = from + i * placeStep;
                double sum = 0;
                for (int64_t e = 0; e < walk.width(); ++e) sum += at[e * step];
                sums[i] += sum;
            }
        } else {
            for (int64_t e = 0; e < walk.width(); ++e)
                for (int64_t i = 0; i < count; ++i) sums[i] += from[e * step + i * placeStep];
        }
    }
}

struct Band {
    int64_t row, first, count;  ///< row of places, first place in it
};
Band bandAt(const Plan& plan, int64_t band) {
    const int64_t first = band % plan.bandsOfRow * bandPlaces;
    return {band / plan.bandsOfRow, first, std::min(bandPlaces, plan.places.width() - first)};
}

template <class T>
void sumBand(const Plan& plan, const T* x, int64_t index, Cut stretches, int64_t part,
             double* sums) {
    const Band band = bandAt(plan, index);
    std::fill_n(sums, band.count, 0.0);
    const T* const from =
        x + plan.places.rowOffsets(band.row)[0] + band.first * plan.places.step(0);
    addRows(plan, from, band.count, stretches.begin(part), stretches.end(part), sums);
}

template <class T>
void runWhole(const Plan& plan, const T* x, T* y, int64_t part) {
    double sums[bandPlaces];
    for (int64_t index = plan.bands.begin(part); index < plan.bands.end(part); ++index) {
        sumBand(plan, x, index, plan.stretches, 0, sums);
        const Band band = bandAt(plan, index);
        T* const to = y + band.row * plan.places.width() + band.first;
        for (int64_t i = 0; i < band.count; ++i) to[i] = static_cast<T>(sums[i]);
    }
}

/// Phase 0 leaves [stretch][place] in the workspace, phase 1 adds the stretches in order.
template <class T>
void runSplit(const Plan& plan, const T* x, T* y, double* partial, int phase, int64_t part) {
    if (phase == 0) {
        const int64_t bandCount = plan.bands.items;
        for (int64_t index = 0; index < bandCount; ++index) {
            const Band band = bandAt(plan, index);
            double* const to =
                partial + part * plan.placeCount + band.row * plan.places.width() + band.first;
            sumBand(plan, x, index, plan.stretches, part, to);
        }
        return;
    }
    for (int64_t place = 0; place < plan.placeCount; ++place) {
        double sum = 0;
        for (int64_t s = 0; s < plan.stretches.parts; ++s)
            sum += partial[s * plan.placeCount + place];
        y[place] = static_cast<T>(sum);
    }
}

template <class T>
void run(const void* problem, void* const* operands, void* workspace, int phase, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    const auto* x = static_cast<const T*>(operands[0]);
    auto* y = static_cast<T*>(operands[1]);
    if (plan.isSplit())
        runSplit(plan, x, y, static_cast<double*>(workspace), phase, part);
    else
        runWhole(plan, x, y, part);
}

Plan planOf(const ReduceProblem& problem) {
    const Strided stay = axesOf(problem, false), go = axesOf(problem, true);
    Plan plan{walkOf(stay), walkOf(go), 1, stay.elements(), 1, {}, {}};
    plan.elements.cutRows();
    plan.bandsOfRow = (plan.places.width() + bandPlaces - 1) / bandPlaces;
    plan.elementRows = plan.elements.rows();
    const int64_t bands = plan.places.rows() * plan.bandsOfRow, elements = go.elements();
    plan.bands = cut(bands, std::min(bandPlaces, plan.places.width()) * elements, grainElements);
    plan.stretches = {plan.elementRows, 1};
    constexpr int64_t fewParts = 8, mostPlaces = 4096;
    if (plan.bands.parts < fewParts && plan.placeCount <= mostPlaces)
        plan.stretches =
            cut(plan.elementRows, plan.elements.width() * plan.placeCount, 2 * grainElements);
    plan.stretches.parts = std::min<int64_t>(plan.stretches.parts, 64);
    return plan;
}

}  // namespace

Kernel selectReduceSum(const ReduceProblem& problem) {
    const bool isDouble = problem.x.dtype == DType::F64;
    if (!isDouble && problem.x.dtype != DType::F32)
        return refuse("reduce: wants f32 or f64, got " + std::string(name(problem.x.dtype)));
    const Plan plan = planOf(problem);
    Kernel kernel = bindKernel(
        isDouble ? "reduce.sum row-major strided f64" : "reduce.sum row-major strided f32", plan,
        isDouble ? run<double> : run<float>);
    kernel.parts[0] = plan.isSplit() ? plan.stretches.parts : plan.bands.parts;
    if (!plan.isSplit()) return kernel;
    kernel.phases = 2;
    kernel.workspaceBytes = plan.stretches.parts * plan.placeCount * int64_t{sizeof(double)};
    return kernel;
}

}  // namespace vitrine::kernels
