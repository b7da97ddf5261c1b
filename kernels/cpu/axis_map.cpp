// SPDX-License-Identifier: Apache-2.0
// Linear maps along one axis in Highway. Where elements lie behind the axis, whole rows of them are
// weighted sums of rows. Along the last axis a vector of results looks its terms up in the few
// vectors of x that hold them all: one permutation for each where a memory access would be needed.
#include "kernels/cpu/axis_map.h"

#include <algorithm>
#include <array>
#include <vector>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cut.h"
#include "kernels/cpu/rows.h"
#include "kernels/dispatch/choose.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/axis_map.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"

#ifndef VITRINE_KERNELS_CPU_AXIS_MAP_BOUND
#define VITRINE_KERNELS_CPU_AXIS_MAP_BOUND
namespace vitrine::kernels::cpu {

inline constexpr int64_t mostWindows = 4;  ///< vectors that terms are looked up in

struct BoundAxisMap {
    int64_t outer = 1, in = 1, out = 1, inner = 1;
    Cut items;  ///< results along the axis of all `outer`; along the last axis, `outer`

    std::vector<int64_t> begin, index;  ///< of the map
    std::vector<float> weight;

    /// Along the last axis, for each vector of results: where its windows begin, and for each term
    /// of each lane the window, the lane in it and the weight; 0 where a lane has fewer terms.
    int64_t lanes = 0, terms = 0, windows = 0;
    std::vector<int64_t> base;
    std::vector<int32_t> window, lane;
    std::vector<float> share;
};

struct AxisMapChoice {
    Kernel::Run rows;
    std::array<Kernel::Run, mostWindows> last;  ///< by the number of windows
    int64_t lanes;
    const char* instructionSet;
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, blockWidth>;
using Vector = hn::Vec<Floats>;
constexpr int64_t lanes = hn::MaxLanes(Floats());

/// One result along the axis: a sum of rows.
void sumRows(const BoundAxisMap& map, const float* x, size_t result, float* y) {
    const Floats d;
    const int64_t first = map.begin[result], end = map.begin[result + 1];
    const auto leave = [&](int64_t i, auto access) HWY_ATTR {
        auto sum = hn::Zero(d);
        for (int64_t k = first; k < end; ++k) {
            const auto at = static_cast<size_t>(k);
            const auto term = access.load(d, x + map.index[at] * map.inner + i);
            const auto weight = hn::Set(d, map.weight[at]);
            sum = k == first ? hn::Mul(term, weight) : hn::MulAdd(term, weight, sum);
        }
        access.store(d, sum, y + i);
    };
    int64_t i = 0;
    for (; i + lanes <= map.inner; i += lanes) leave(i, Whole{});
    if (i < map.inner) leave(i, Partial{map.inner - i});
}

void runRows(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& map = *static_cast<const BoundAxisMap*>(problem);
    const auto* x = static_cast<const float*>(operands[0]);
    auto* y = static_cast<float*>(operands[1]);
    for (int64_t row = map.items.begin(part); row < map.items.end(part); ++row)
        sumRows(map, x + row / map.out * map.in * map.inner, static_cast<size_t>(row % map.out),
                y + row * map.inner);
}

/// The windows of a vector of results, from a row of `in`; what lies behind it is 0.
template <int64_t windows>
HWY_INLINE void loadWindows(const float* x, int64_t in, bool isLastRow, Vector (&window)[windows]) {
    const Floats d;
    HWY_ALIGN float copy[windows * lanes];
    if (isLastRow && in < windows * lanes) {
        std::fill(std::copy_n(x, in, copy), copy + windows * lanes, 0.0f);
        x = copy;
    }
    for (int64_t w = 0; w < windows; ++w) window[w] = hn::LoadU(d, x + w * lanes);
}

/// The lanes of x that a vector of results takes as one of its terms.
template <int64_t windows>
HWY_INLINE Vector lookUp(const Vector (&window)[windows], const int32_t* which,
                         const int32_t* lane) {
    const Floats d;
    const hn::RebindToSigned<Floats> di;
    const auto places = hn::SetTableIndices(d, lane);
    Vector found = hn::TableLookupLanes(window[0], places);
    for (int64_t w = 1; w < windows; ++w) {
        const auto isHere =
            hn::RebindMask(d, hn::Eq(hn::LoadU(di, which), hn::Set(di, static_cast<int32_t>(w))));
        found = hn::IfThenElse(isHere, hn::TableLookupLanes(window[w], places), found);
    }
    return found;
}

template <int64_t windows>
void mapRow(const BoundAxisMap& map, const float* x, bool isLastRow, float* y) {
    const Floats d;
    for (int64_t block = 0; block * lanes < map.out; ++block) {
        const int64_t base = map.base[static_cast<size_t>(block)];
        Vector window[windows];
        loadWindows<windows>(x + base, map.in - base, isLastRow, window);
        auto sum = hn::Zero(d);
        for (int64_t k = 0; k < map.terms; ++k) {
            const auto at = static_cast<size_t>((block * map.terms + k) * lanes);
            const auto weight = hn::LoadU(d, &map.share[at]);
            // A term that is not there must not pass on an infinite pixel.
            const auto term =
                hn::IfThenElseZero(hn::Ne(weight, hn::Zero(d)),
                                   lookUp<windows>(window, &map.window[at], &map.lane[at]));
            sum = k == 0 ? hn::Mul(term, weight) : hn::MulAdd(term, weight, sum);
        }
        const int64_t count = map.out - block * lanes;
        if (count >= lanes)
            hn::StoreU(sum, d, y + block * lanes);
        else
            Partial{count}.store(d, sum, y + block * lanes);
    }
}

template <int64_t windows>
void runLast(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& map = *static_cast<const BoundAxisMap*>(problem);
    const auto* x = static_cast<const float*>(operands[0]);
    auto* y = static_cast<float*>(operands[1]);
    // Windows may reach as far behind a row as the next rows go on.
    const int64_t behind = (windows * lanes + map.in - 1) / map.in;
    for (int64_t row = map.items.begin(part); row < map.items.end(part); ++row)
        mapRow<windows>(map, x + row * map.in, row + behind >= map.outer, y + row * map.out);
}

AxisMapChoice chooseAxisMap() {
    return {runRows,
            {runLast<1>, runLast<2>, runLast<3>, runLast<4>},
            lanes,
            hwy::TargetName(HWY_TARGET)};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(chooseAxisMap);

namespace {

/// Terms k of the results from `first` to `end`, by result.
template <class Body>
void forTerms(const AxisMap& map, int64_t first, int64_t end, Body body) {
    for (int64_t p = first; p < end; ++p)
        for (int64_t k = map.begin[static_cast<size_t>(p)];
             k < map.begin[static_cast<size_t>(p) + 1]; ++k)
            body(p, k - map.begin[static_cast<size_t>(p)], map.index[static_cast<size_t>(k)],
                 map.weight[static_cast<size_t>(k)]);
}

/// Tables for one vector of results. How many windows it needs.
int64_t addBlock(BoundAxisMap& bound, const AxisMap& map, int64_t first) {
    const int64_t end = std::min(bound.out, first + bound.lanes);
    int64_t base = bound.in, last = 0;
    forTerms(map, first, end, [&](int64_t, int64_t, int64_t index, double) {
        base = std::min(base, index);
        last = std::max(last, index);
    });
    const auto start = bound.share.size();
    for (auto* table : {&bound.window, &bound.lane})
        table->resize(start + static_cast<size_t>(bound.terms * bound.lanes));
    bound.share.resize(bound.lane.size());
    forTerms(map, first, end, [&](int64_t p, int64_t k, int64_t index, double weight) {
        const size_t at = start + static_cast<size_t>(k * bound.lanes + p - first);
        bound.window[at] = static_cast<int32_t>((index - base) / bound.lanes);
        bound.lane[at] = static_cast<int32_t>((index - base) % bound.lanes);
        bound.share[at] = static_cast<float>(weight);
    });
    bound.base.push_back(std::min(base, bound.in - 1));
    return last < base ? 1 : (last - base) / bound.lanes + 1;
}

BoundAxisMap boundOf(const AxisMapProblem& problem, int64_t lanes) {
    const AxisMap& map = problem.map;
    BoundAxisMap bound{.outer = problem.outer,
                       .in = problem.in,
                       .out = problem.out,
                       .inner = problem.inner,
                       .items = {},
                       .begin = map.begin,
                       .index = map.index,
                       .weight = {map.weight.begin(), map.weight.end()},
                       .lanes = lanes,
                       .terms = std::max<int64_t>(1, mostTerms(map)),
                       .windows = 1,
                       .base = {},
                       .window = {},
                       .lane = {},
                       .share = {}};
    if (problem.inner == 1)
        for (int64_t first = 0; first < problem.out; first += lanes)
            bound.windows = std::max(bound.windows, addBlock(bound, map, first));
    const bool isLast = problem.inner == 1;
    bound.items = cut(isLast ? problem.outer : problem.outer * problem.out,
                      bound.terms * (isLast ? problem.out : problem.inner), partElements);
    return bound;
}

}  // namespace

Kernel bindAxisMap(const AxisMapProblem& problem) {
    const AxisMapChoice choice = HWY_DYNAMIC_DISPATCH(chooseAxisMap)();
    if (mostTerms(problem.map) > axisMapFloats) return refuse("vector: sums of many terms");
    BoundAxisMap bound = boundOf(problem, choice.lanes);
    if (bound.windows > mostWindows) return refuse("vector: terms lie far apart");
    const Kernel::Run run =
        problem.inner == 1 ? choice.last[static_cast<size_t>(bound.windows - 1)] : choice.rows;
    const int64_t parts = bound.items.parts;
    return bindVector("axis_map", Layout::RowMajor, std::move(bound), {run, choice.instructionSet},
                      parts);
}

}  // namespace vitrine::kernels::cpu
#endif
