// SPDX-License-Identifier: Apache-2.0
// Normalisation of rows and its gradients: moments of each row, then what follows from them. Sums
// are in double and of distances from a row's first element, so that rows far from zero keep their
// digits.
#include <algorithm>
#include <cmath>

#include "kernels/api/row_norm.h"
#include "kernels/cuda/reduction.h"

namespace vitrine::kernels::cuda {

namespace {

/// Rows [n, c], and which numbers of theirs share a scale: see RowNormProblem.
struct RowNormPlan {
    int64_t rows = 1, columns = 1, blocks = 1, scalesOfRow = 1, run = 1;
    double epsilon = 0;

    VITRINE_BOTH int64_t scaleOf(int64_t row, int64_t column) const {
        return row % blocks * scalesOfRow + column / run;
    }
    /// How many elements a scale is for.
    int64_t elementsOfScale() const { return rows / blocks * run; }
    /// Where element `e` of a scale's own lies.
    VITRINE_BOTH int64_t elementOf(int64_t scale, int64_t e) const {
        const int64_t row = e / run * blocks + scale / scalesOfRow;
        return row * columns + scale % scalesOfRow * run + e % run;
    }
};

struct RowMoments {
    double mean, inverse;  ///< 1 / √(variance + epsilon)
};
/// What the gradient takes of a row: means of g and g · x̂.
struct RowMeans {
    double plain, along;
};

/// A place is a row of x.
template <class T>
struct MomentsOfRow {
    struct State {
        double sum, squares;  ///< of distances
    };
    const T* x = nullptr;
    RowNormPlan plan;
    RowMoments* rows = nullptr;

    VITRINE_BOTH static State none() { return {0, 0}; }
    VITRINE_BOTH double center(int64_t row) const {
        return static_cast<double>(x[row * plan.columns]);
    }
    VITRINE_BOTH void add(State& state, int64_t row, int64_t column) const {
        const double distance = static_cast<double>(x[row * plan.columns + column]) - center(row);
        state.sum += distance;
        state.squares += distance * distance;
    }
    VITRINE_BOTH static void join(State& state, const State& other) {
        state.sum += other.sum;
        state.squares += other.squares;
    }
    VITRINE_BOTH void store(int64_t row, const State& state) const {
        const auto count = static_cast<double>(plan.columns);
        const double mean = state.sum / count;
        const double variance = state.squares / count - mean * mean;
        rows[row] = {center(row) + mean,
                     1 / std::sqrt((variance > 0 ? variance : variance * 0) + plan.epsilon)};
    }
};

/// An item is an element of y.
template <class T>
struct NormalizedRows {
    Places<4> at;  ///< x, scale, shift, y
    RowNormPlan plan;
    const RowMoments* rows = nullptr;

    VITRINE_BOTH void operator()(int64_t i) const {
        const int64_t row = i / plan.columns, scale = plan.scaleOf(row, i % plan.columns);
        const double normal =
            (static_cast<double>(at.get<const T>(0)[i]) - rows[row].mean) * rows[row].inverse;
        at.get<T>(3)[i] = static_cast<T>(normal * static_cast<double>(at.get<const T>(1)[scale]) +
                                         static_cast<double>(at.get<const T>(2)[scale]));
    }
};

/// What the passes of the gradient share.
template <class T>
struct RowGradient {
    Places<6> at;  ///< dy, x, scale, dx, dscale, dshift
    RowNormPlan plan;
    const RowMoments* rows = nullptr;

    VITRINE_BOTH double normal(int64_t i) const {
        const RowMoments& row = rows[i / plan.columns];
        return (static_cast<double>(at.template get<const T>(1)[i]) - row.mean) * row.inverse;
    }
    VITRINE_BOTH double dy(int64_t i) const {
        return static_cast<double>(at.template get<const T>(0)[i]);
    }
    VITRINE_BOTH double g(int64_t i) const {
        const int64_t scale = plan.scaleOf(i / plan.columns, i % plan.columns);
        return dy(i) * static_cast<double>(at.template get<const T>(2)[scale]);
    }
};

struct Pair {
    double first, second;
};

/// A place is a row.
template <class T>
struct MeansOfRow {
    using State = Pair;
    RowGradient<T> of;
    RowMeans* means = nullptr;

    VITRINE_BOTH static State none() { return {0, 0}; }
    VITRINE_BOTH void add(State& state, int64_t row, int64_t column) const {
        const int64_t i = row * of.plan.columns + column;
        const double g = of.g(i);
        state.first += g;
        state.second += g * of.normal(i);
    }
    VITRINE_BOTH static void join(State& state, const State& other) {
        state.first += other.first;
        state.second += other.second;
    }
    VITRINE_BOTH void store(int64_t row, const State& state) const {
        const auto count = static_cast<double>(of.plan.columns);
        means[row] = {state.first / count, state.second / count};
    }
};

/// A place is a scale.
template <class T>
struct ScaleGradients {
    using State = Pair;
    RowGradient<T> of;

    VITRINE_BOTH static State none() { return {0, 0}; }
    VITRINE_BOTH void add(State& state, int64_t scale, int64_t e) const {
        const int64_t i = of.plan.elementOf(scale, e);
        state.first += of.dy(i) * of.normal(i);
        state.second += of.dy(i);
    }
    VITRINE_BOTH static void join(State& state, const State& other) {
        state.first += other.first;
        state.second += other.second;
    }
    VITRINE_BOTH void store(int64_t scale, const State& state) const {
        of.at.template get<T>(4)[scale] = static_cast<T>(state.first);
        of.at.template get<T>(5)[scale] = static_cast<T>(state.second);
    }
};

/// An item is an element of dx, which may lie where dy or x does.
template <class T>
struct InputGradients {
    RowGradient<T> of;
    const RowMeans* means = nullptr;

    VITRINE_BOTH void operator()(int64_t i) const {
        const int64_t row = i / of.plan.columns;
        of.at.template get<T>(3)[i] = static_cast<T>(
            of.rows[row].inverse * (of.g(i) - means[row].plain - of.normal(i) * means[row].along));
    }
};

/// The workspace has the moments of all rows, then their means, then what reductions leave.
struct BoundRowNorm {
    RowNormPlan plan;
    ReductionSize ofRows, ofScales;
    int64_t elements() const { return plan.rows * plan.columns; }
};

RowMoments* momentsIn(void* workspace) { return static_cast<RowMoments*>(workspace); }
RowMeans* meansIn(void* workspace, const RowNormPlan& plan) {
    return reinterpret_cast<RowMeans*>(momentsIn(workspace) + plan.rows);
}
void* restIn(void* workspace, const RowNormPlan& plan) {
    return meansIn(workspace, plan) + plan.rows;
}

template <class T>
DeviceStatus launchForward(DeviceContext* given, const void* problem, void* const* operands,
                           void* workspace) {
    const auto& bound = *static_cast<const BoundRowNorm*>(problem);
    const Context& context = *contextOf(given);
    RowMoments* const rows = momentsIn(workspace);
    const MomentsOfRow<T> moments{static_cast<const T*>(operands[0]), bound.plan, rows};
    const DeviceStatus status =
        runReduction(context, moments, bound.ofRows, restIn(workspace, bound.plan));
    if (status != DeviceStatus::Ok) return status;
    NormalizedRows<T> all{{}, bound.plan, rows};
    std::copy_n(operands, 4, all.at.place);
    return launch(context, eachKernel<NormalizedRows<T>>, bound.elements(), all, bound.elements());
}

template <class T>
DeviceStatus launchBackward(DeviceContext* given, const void* problem, void* const* operands,
                            void* workspace) {
    const auto& bound = *static_cast<const BoundRowNorm*>(problem);
    const Context& context = *contextOf(given);
    RowMoments* const rows = momentsIn(workspace);
    RowMeans* const means = meansIn(workspace, bound.plan);
    void* const rest = restIn(workspace, bound.plan);
    const MomentsOfRow<T> moments{static_cast<const T*>(operands[1]), bound.plan, rows};
    DeviceStatus status = runReduction(context, moments, bound.ofRows, rest);
    RowGradient<T> gradient{{}, bound.plan, rows};
    std::copy_n(operands, 6, gradient.at.place);
    if (status == DeviceStatus::Ok)
        status = runReduction(context, MeansOfRow<T>{gradient, means}, bound.ofRows, rest);
    if (status == DeviceStatus::Ok)
        status = runReduction(context, ScaleGradients<T>{gradient}, bound.ofScales, rest);
    if (status != DeviceStatus::Ok) return status;
    return launch(context, eachKernel<InputGradients<T>>, bound.elements(),
                  InputGradients<T>{gradient, means}, bound.elements());
}

template <class T>
DeviceStatus takeRowNorm(StreamKernel* kernel, const Call& call, const RowNorm& norm) {
    const Operand &x = call.in(norm.isBackward ? 1 : 0), &scale = call.in(norm.isBackward ? 2 : 1);
    const RowNormProblem problem{
        .n = x.n, .c = x.c, .blocks = norm.blocks, .scales = scale.elements()};
    BoundRowNorm bound{.plan = {problem.n, problem.c, problem.blocks, problem.scalesOfRow(),
                                problem.run(), norm.epsilon},
                       .ofRows = ReductionSize(problem.n, problem.c),
                       .ofScales = {}};
    bound.ofScales = ReductionSize(problem.scales, bound.plan.elementsOfScale());
    constexpr auto ofRow = static_cast<int64_t>(sizeof(RowMoments) + sizeof(RowMeans));
    kernel->workspaceBytes =
        problem.n * ofRow + std::max({reductionBytes<MomentsOfRow<T>>(bound.ofRows),
                                      reductionBytes<MeansOfRow<T>>(bound.ofRows),
                                      reductionBytes<ScaleGradients<T>>(bound.ofScales)});
    return norm.isBackward ? take(kernel, "row_norm.backward CUDA", bound, launchBackward<T>)
                           : take(kernel, "row_norm CUDA", bound, launchForward<T>);
}

}  // namespace

DeviceStatus bindRowNorm(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty())
        return refuse(kernel, "row_norm", why);
    return forReal(kernel, "row_norm", call.in(0).dtype, [&](auto number) {
        return takeRowNorm<decltype(number)>(kernel, call, std::get<RowNorm>(call.problem));
    });
}

}  // namespace vitrine::kernels::cuda
