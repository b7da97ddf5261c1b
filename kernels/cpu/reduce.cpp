// SPDX-License-Identifier: Apache-2.0
// Elements along axes together: places in order, each over its elements in order. Where there are
// few places and many elements, parts take stretches of the elements and a second phase joins what
// they leave.
#include "kernels/api/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

/// states[i] takes the elements of place first + i in some rows of elements, in order.
template <class T, class Pass>
void addRows(const Plan& plan, const T* x, int64_t count, int64_t begin, int64_t end,
             typename Pass::State* states) {
    const StridedWalk<1>& walk = plan.elements;
    const int64_t step = walk.step(0), placeStep = plan.places.step(0);
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
void run(const void* problem, void* const* operands, void* workspace, int phase, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    const auto* x = static_cast<const T*>(operands[0]);
    auto* y = static_cast<T*>(operands[1]);
    if (plan.isSplit())
        runSplit<T, Pass>(plan, x, y, static_cast<typename Pass::State*>(workspace), phase, part);
    else
        runWhole<T, Pass>(plan, x, y, part);
}

/// How a pass runs, and what it keeps of a place.
struct Way {
    const char* name;
    Kernel::Run float32, float64;
    int64_t stateBytes;
};
template <class Pass>
constexpr Way wayOf(const char* name) {
    return {name, run<float, Pass>, run<double, Pass>, int64_t{sizeof(typename Pass::State)}};
}
constexpr Way ways[] = {wayOf<Sum>("sum"), wayOf<Max>("max"), wayOf<Min>("min"),
                        wayOf<Norm>("norm"), wayOf<LogSumExp>("log_sum_exp")};

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

Kernel selectReduce(const ReduceProblem& problem) {
    const bool isDouble = problem.x.dtype == DType::F64;
    const std::string type(name(problem.x.dtype));
    if (!isDouble && problem.x.dtype != DType::F32)
        return refuse("reduce: wants f32 or f64, got " + type);
    const Way& way = ways[static_cast<size_t>(problem.pass)];
    const Plan plan = planOf(problem);
    Kernel kernel = bindKernel("reduce." + std::string(way.name) + " row-major strided " + type,
                               plan, isDouble ? way.float64 : way.float32);
    kernel.parts[0] = plan.isSplit() ? plan.stretches.parts : plan.bands.parts;
    if (!plan.isSplit()) return kernel;
    kernel.phases = 2;
    kernel.workspaceBytes = plan.stretches.parts * plan.placeCount * way.stateBytes;
    return kernel;
}

}  // namespace vitrine::kernels
