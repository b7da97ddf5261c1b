// SPDX-License-Identifier: Apache-2.0
// Elements along axes together: places in order, each over its elements in order. Where there are
// few places and many elements, parts take stretches of the elements and a second phase joins what
// they leave.
#include "kernels/api/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/cpu/cut.h"
#include "kernels/cpu/double_sums.h"
#include "kernels/cpu/strided.h"
#include "kernels/cpu/whole_types.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/whole_numbers.h"

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
    cpu::DoubleSums sums = {};  ///< of floats that lie on end

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

// What a pass keeps of the elements that it has seen: that of none, one element more, what another
// stretch has kept, and the result.

struct Sum {
    using State = double;
    static constexpr State none = 0;
    static void add(State& sum, double x) { sum += x; }
    static void join(State& sum, State other) { sum += other; }
    static double result(State sum) { return sum; }
};

struct Max {
    using State = double;
    static constexpr State none = -std::numeric_limits<double>::infinity();
    static void add(State& largest, double x) {
        largest = x > largest || x != x ? x : largest;  // a NaN stays: nothing is above it
    }
    static void join(State& largest, State other) { add(largest, other); }
    static double result(State largest) { return largest; }
};

struct Min {
    using State = double;
    static constexpr State none = std::numeric_limits<double>::infinity();
    static void add(State& smallest, double x) { smallest = x < smallest || x != x ? x : smallest; }
    static void join(State& smallest, State other) { add(smallest, other); }
    static double result(State smallest) { return smallest; }
};

struct Norm {
    using State = double;
    static constexpr State none = 0;
    static void add(State& sum, double x) { sum += x * x; }
    static void join(State& sum, State other) { sum += other; }
    static double result(State sum) { return std::sqrt(sum); }
};

struct LogSumExp {
    /// Σ e^(x − largest) over what was seen.
    struct State {
        double largest, sum;
    };
    static constexpr State none{-std::numeric_limits<double>::infinity(), 0};
    static void add(State& state, double x) { join(state, {x, 1}); }
    static void join(State& state, const State& other) {
        if (other.largest == state.largest)  // both infinite: their difference is no number
            state.sum += other.sum;
        else if (other.largest < state.largest)
            state.sum += other.sum * std::exp(other.largest - state.largest);
        else
            state = {other.largest,
                     state.sum * std::exp(state.largest - other.largest) + other.sum};
    }
    static double result(const State& state) { return state.largest + std::log(state.sum); }
};

// The same of whole numbers, which are exact: sums are the low bits of 64, extremes in their type.

struct WholeSum {
    using State = uint64_t;
    static constexpr State none = 0;
    static void add(State& sum, auto x) { sum += static_cast<State>(x); }
    static void join(State& sum, State other) { sum += other; }
    static State result(State sum) { return sum; }
};

template <class T>
struct WholeMax {
    using State = T;
    static constexpr State none = std::numeric_limits<T>::min();
    static void add(State& largest, T x) { largest = std::max(largest, x); }
    static void join(State& largest, State other) { add(largest, other); }
    static State result(State largest) { return largest; }
};

template <class T>
struct WholeMin {
    using State = T;
    static constexpr State none = std::numeric_limits<T>::max();
    static void add(State& smallest, T x) { smallest = std::min(smallest, x); }
    static void join(State& smallest, State other) { add(smallest, other); }
    static State result(State smallest) { return smallest; }
};

struct WholeNorm {
    using State = uint64_t;
    static constexpr State none = 0;
    static void add(State& sum, auto x) { sum += static_cast<State>(x) * static_cast<State>(x); }
    static void join(State& sum, State other) { sum += other; }
    static State result(State sum) { return reference::whole::squareRoot(sum); }
};

/// addRows() for sums of floats where the elements of a place, or places, lie on end.
void sumRows(const Plan& plan, const float* x, int64_t count, int64_t begin, int64_t end,
             double* sums) {
    const StridedWalk<1>& walk = plan.elements;
    const int64_t step = walk.step(0), placeStep = plan.places.step(0);
    for (int64_t row = begin; row < end; ++row) {
        const float* const from = x + walk.rowOffsets(row)[0];
        if (placeStep == 1 && count > 1)
            plan.sums.addRows(from, step, walk.width(), count, sums);
        else
            for (int64_t i = 0; i < count; ++i)
                sums[i] += plan.sums.ofRun(from + i * placeStep, walk.width());
    }
}

/// states[i] takes the elements of place first + i in some rows of elements, in order.
template <class T, class Pass>
void addRows(const Plan& plan, const T* x, int64_t count, int64_t begin, int64_t end,
             typename Pass::State* states) {
    const StridedWalk<1>& walk = plan.elements;
    const int64_t step = walk.step(0), placeStep = plan.places.step(0);
    if constexpr (std::is_same_v<T, float> && std::is_same_v<Pass, Sum>)
        if ((placeStep == 1 && count > 1) || step == 1)
            return sumRows(plan, x, count, begin, end, states);
    for (int64_t row = begin; row < end; ++row) {
        const T* const from = x + walk.rowOffsets(row)[0];
        if (count == 1 || (step == 1 && placeStep != 1)) {
            for (int64_t i = 0; i < count; ++i) {
                const T* const at = from + i * placeStep;
                typename Pass::State state = Pass::none;
                for (int64_t e = 0; e < walk.width(); ++e) Pass::add(state, at[e * step]);
                Pass::join(states[i], state);
            }
        } else {
            for (int64_t e = 0; e < walk.width(); ++e)
                for (int64_t i = 0; i < count; ++i)
                    Pass::add(states[i], from[e * step + i * placeStep]);
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

template <class T, class Pass>
void takeBand(const Plan& plan, const T* x, int64_t index, Cut stretches, int64_t part,
              typename Pass::State* states) {
    const Band band = bandAt(plan, index);
    std::fill_n(states, band.count, Pass::none);
    const T* const from =
        x + plan.places.rowOffsets(band.row)[0] + band.first * plan.places.step(0);
    addRows<T, Pass>(plan, from, band.count, stretches.begin(part), stretches.end(part), states);
}

template <class T, class Pass>
void runWhole(const Plan& plan, const T* x, T* y, int64_t part) {
    typename Pass::State states[bandPlaces];
    for (int64_t index = plan.bands.begin(part); index < plan.bands.end(part); ++index) {
        takeBand<T, Pass>(plan, x, index, plan.stretches, 0, states);
        const Band band = bandAt(plan, index);
        T* const to = y + band.row * plan.places.width() + band.first;
        for (int64_t i = 0; i < band.count; ++i) to[i] = static_cast<T>(Pass::result(states[i]));
    }
}

/// Phase 0 leaves [stretch][place] in the workspace, phase 1 joins the stretches in order.
template <class T, class Pass>
void runSplit(const Plan& plan, const T* x, T* y, typename Pass::State* partial, int phase,
              int64_t part) {
    if (phase == 0) {
        const int64_t bandCount = plan.bands.items;
        for (int64_t index = 0; index < bandCount; ++index) {
            const Band band = bandAt(plan, index);
            auto* const to =
                partial + part * plan.placeCount + band.row * plan.places.width() + band.first;
            takeBand<T, Pass>(plan, x, index, plan.stretches, part, to);
        }
        return;
    }
    for (int64_t place = 0; place < plan.placeCount; ++place) {
        typename Pass::State state = Pass::none;
        for (int64_t s = 0; s < plan.stretches.parts; ++s)
            Pass::join(state, partial[s * plan.placeCount + place]);
        y[place] = static_cast<T>(Pass::result(state));
    }
}

template <class T, class Pass>
void run(const void* problem, void* const* operands, Workspace workspace, int phase, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    const auto* x = static_cast<const T*>(operands[0]);
    auto* y = static_cast<T*>(operands[1]);
    if (plan.isSplit())
        runSplit<T, Pass>(plan, x, y, static_cast<typename Pass::State*>(workspace.shared), phase,
                          part);
    else
        runWhole<T, Pass>(plan, x, y, part);
}

/// How a pass runs, and how many bytes it keeps of a place.
struct Way {
    Kernel::Run run = nullptr;
    int64_t stateBytes = 0;
};
template <class T, class Pass>
constexpr Way wayOf() {
    return {run<T, Pass>, int64_t{sizeof(typename Pass::State)}};
}

constexpr const char* passNames[] = {"sum", "max", "min", "norm", "log_sum_exp"};

template <class T>
Way wayOf(ReducePass pass) {
    constexpr Way ways[] = {wayOf<T, Sum>(), wayOf<T, Max>(), wayOf<T, Min>(), wayOf<T, Norm>(),
                            wayOf<T, LogSumExp>()};
    return ways[static_cast<size_t>(pass)];
}

/// None for log-sum-exp.
template <class T>
Way wholeWayOf(ReducePass pass) {
    constexpr Way ways[] = {wayOf<T, WholeSum>(),
                            wayOf<T, WholeMax<T>>(),
                            wayOf<T, WholeMin<T>>(),
                            wayOf<T, WholeNorm>(),
                            {}};
    return ways[static_cast<size_t>(pass)];
}

/// Of bools there are extremes alone: whether one is true, or all are.
Way wayOf(DType type, ReducePass pass) {
    if (type == DType::F32) return wayOf<float>(pass);
    if (type == DType::F64) return wayOf<double>(pass);
    const bool isExtreme = pass == ReducePass::Max || pass == ReducePass::Min;
    if (type == DType::Bool && isExtreme) return wholeWayOf<uint8_t>(pass);
    return cpu::forWhole(type, [&]<class T>(T) { return wholeWayOf<T>(pass); });
}

Plan planOf(const ReduceProblem& problem) {
    const Strided stay = axesOf(problem, false), go = axesOf(problem, true);
    Plan plan{walkOf(stay), walkOf(go), 1, stay.elements(), 1, {}, {}, cpu::doubleSums()};
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

Kernel selectReduce(const ReduceProblem& problem) {
    std::string text = std::string("reduce.") + passNames[static_cast<size_t>(problem.pass)];
    const std::string type(name(problem.x.dtype));
    const Way way = wayOf(problem.x.dtype, problem.pass);
    if (!way.run) return refuse(text + ": does not take " + type);
    const Plan plan = planOf(problem);
    Kernel kernel = bindKernel(text + " row-major strided " + type, plan, way.run);
    kernel.parts[0] = plan.isSplit() ? plan.stretches.parts : plan.bands.parts;
    if (!plan.isSplit()) return kernel;
    kernel.phases = 2;
    kernel.workspaceBytes = plan.stretches.parts * plan.placeCount * way.stateBytes;
    return kernel;
}

}  // namespace vitrine::kernels
