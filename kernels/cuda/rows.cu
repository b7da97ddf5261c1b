// SPDX-License-Identifier: Apache-2.0
// Softmax and its like, cross-entropy, products and factors by row, the product of two tensors.
#include <cmath>
#include <limits>

#include "kernels/cuda/reduction.h"

namespace vitrine::kernels::cuda {

namespace {

/// Σ e^(x − largest) over what was seen. Nothing sets it by itself: it lies in memory that threads
/// share.
struct ExpSum {
    double largest, sum;

    VITRINE_BOTH static ExpSum none() { return {-INFINITY, 0}; }

    VITRINE_BOTH void join(const ExpSum& other) {
        if (other.sum != other.sum || other.largest != other.largest) {
            sum = other.sum + other.largest;
            largest = sum;
        } else if (other.largest == largest) {
            sum += other.sum;
        } else if (other.largest < largest) {
            sum += other.sum * std::exp(other.largest - largest);
        } else if (largest == largest) {
            sum = sum * std::exp(largest - other.largest) + other.sum;
            largest = other.largest;
        }
    }
    VITRINE_BOTH double share(double x) const { return std::exp(x - largest) / sum; }
    VITRINE_BOTH double log(double x) const { return x - largest - std::log(sum); }
};

/// A place is a row of x, at place 0 of the call; what is made lies in `rows`.
template <class T>
struct RowSums {
    using State = ExpSum;
    Places<4> at;
    int64_t columns = 1;
    State* rows = nullptr;

    VITRINE_BOTH static State none() { return State::none(); }
    VITRINE_BOTH void add(State& state, int64_t row, int64_t column) const {
        state.join({static_cast<double>(at.get<const T>(0)[row * columns + column]), 1});
    }
    VITRINE_BOTH static void join(State& state, const State& other) { state.join(other); }
    VITRINE_BOTH void store(int64_t row, const State& state) const { rows[row] = state; }
};

/// What a row of the problem is.
struct RowPlan {
    RowPass pass = RowPass::Softmax;
    int64_t rows = 1, columns = 1;
    double smoothing = 0;
    VITRINE_BOTH double target(bool matches) const {
        return (matches ? 1 - smoothing : 0) + smoothing / static_cast<double>(columns);
    }
};

/// An item is an element of the result.
template <class T>
struct RowElements {
    Places<4> at;
    RowPlan plan;
    const ExpSum* rows = nullptr;

    VITRINE_BOTH void operator()(int64_t i) const {
        const int64_t row = i / plan.columns;
        const double x = static_cast<double>(at.get<const T>(0)[i]);
        if (plan.pass == RowPass::CrossEntropyGrad) {
            const bool matches = at.get<const int32_t>(1)[row] == i % plan.columns;
            const double g = static_cast<double>(at.get<const T>(2)[0]);
            at.get<T>(3)[i] = static_cast<T>((rows[row].share(x) - plan.target(matches)) * g /
                                             static_cast<double>(plan.rows));
        } else {
            at.get<T>(1)[i] = static_cast<T>(plan.pass == RowPass::Softmax ? rows[row].share(x)
                                                                           : rows[row].log(x));
        }
    }
};

/// The mean loss: one place, elements are those of the logits.
template <class T>
struct MeanLoss : Total {
    Places<4> at;
    RowPlan plan;
    const ExpSum* rows = nullptr;

    VITRINE_BOTH void add(double& sum, int64_t, int64_t i) const {
        const int64_t row = i / plan.columns, column = i % plan.columns;
        const int32_t label = at.get<const int32_t>(1)[row];
        if (column == 0 && (label < 0 || label >= plan.columns)) sum += INFINITY;
        const double target = plan.target(label == column);
        if (target != 0) sum -= target * rows[row].log(static_cast<double>(at.get<const T>(0)[i]));
    }
    VITRINE_BOTH void store(int64_t, double sum) const {
        at.get<T>(2)[0] = static_cast<T>(sum / static_cast<double>(plan.rows));
    }
};

/// A row problem with its workspace: what rows are, then what reductions leave.
struct BoundRows {
    RowPlan plan;
    ReductionSize sums, loss;
    size_t places = 0;
    int64_t sumBytes() const { return plan.rows * static_cast<int64_t>(sizeof(ExpSum)); }
};

template <class T>
DeviceStatus launchRows(DeviceContext* given, const void* problem, void* const* operands,
                        void* workspace) {
    const auto& bound = *static_cast<const BoundRows*>(problem);
    const Context& context = *contextOf(given);
    const RowPlan& plan = bound.plan;
    auto* const rows = static_cast<ExpSum*>(workspace);
    void* const rest = static_cast<std::byte*>(workspace) + bound.sumBytes();
    Places<4> at;
    std::copy_n(operands, bound.places, at.place);
    DeviceStatus status =
        runReduction(context, RowSums<T>{at, plan.columns, rows}, bound.sums, rest);
    if (status != DeviceStatus::Ok) return status;
    if (plan.pass == RowPass::CrossEntropy) {
        MeanLoss<T> loss;
        loss.at = at;
        loss.plan = plan;
        loss.rows = rows;
        return runReduction(context, loss, bound.loss, rest);
    }
    const int64_t count = plan.rows * plan.columns;
    return launch(context, eachKernel<RowElements<T>>, count, RowElements<T>{at, plan, rows},
                  count);
}

/// a, b → Σ a · b of each place, whose elements lie on end.
template <class T>
struct Dots : Total {
    Places<3> at;
    int64_t elements = 1;
    VITRINE_BOTH void add(double& sum, int64_t place, int64_t element) const {
        const int64_t i = place * elements + element;
        sum +=
            static_cast<double>(at.get<const T>(0)[i]) * static_cast<double>(at.get<const T>(1)[i]);
    }
    VITRINE_BOTH void store(int64_t place, double sum) const {
        at.get<T>(2)[place] = static_cast<T>(sum);
    }
};

template <class T>
struct ScaleRows {
    Places<3> at;
    int64_t columns = 1;
    VITRINE_BOTH void operator()(int64_t i) const {
        at.get<T>(2)[i] = at.get<const T>(0)[i] * at.get<const T>(1)[i / columns];
    }
};

/// Σ dy · y of each row, which lie in `rows`.
template <class T>
struct RowProducts : Total {
    Places<3> at;  ///< dy, y, dx
    int64_t columns = 1;
    double* rows = nullptr;
    VITRINE_BOTH void add(double& sum, int64_t row, int64_t column) const {
        const int64_t i = row * columns + column;
        sum +=
            static_cast<double>(at.get<const T>(0)[i]) * static_cast<double>(at.get<const T>(1)[i]);
    }
    VITRINE_BOTH void store(int64_t row, double sum) const { rows[row] = sum; }
};

/// An item is an element of dx = y (dy − Σ dy · y).
template <class T>
struct SoftmaxGradients {
    RowProducts<T> of;
    VITRINE_BOTH void operator()(int64_t i) const {
        const double dy = static_cast<double>(of.at.template get<const T>(0)[i]);
        const double y = static_cast<double>(of.at.template get<const T>(1)[i]);
        of.at.template get<T>(2)[i] = static_cast<T>(y * (dy - of.rows[i / of.columns]));
    }
};

struct BoundSoftmaxGrad {
    int64_t rows = 1, columns = 1;
    ReductionSize size;
};

template <class T>
DeviceStatus launchSoftmaxGrad(DeviceContext* given, const void* problem, void* const* operands,
                               void* workspace) {
    const auto& bound = *static_cast<const BoundSoftmaxGrad*>(problem);
    const Context& context = *contextOf(given);
    RowProducts<T> products;
    std::copy_n(operands, 3, products.at.place);
    products.columns = bound.columns;
    products.rows = static_cast<double*>(workspace);
    const DeviceStatus status =
        runReduction(context, products, bound.size, products.rows + bound.rows);
    if (status != DeviceStatus::Ok) return status;
    const int64_t count = bound.rows * bound.columns;
    return launch(context, eachKernel<SoftmaxGradients<T>>, count, SoftmaxGradients<T>{products},
                  count);
}

template <class T>
DeviceStatus takeSoftmaxGrad(StreamKernel* kernel, int64_t rows, int64_t columns) {
    const BoundSoftmaxGrad bound{rows, columns, ReductionSize(rows, columns)};
    kernel->workspaceBytes =
        rows * static_cast<int64_t>(sizeof(double)) + reductionBytes<RowProducts<T>>(bound.size);
    return take(kernel, "softmax.grad CUDA", bound, launchSoftmaxGrad<T>);
}

template <class T>
DeviceStatus takeDots(StreamKernel* kernel, const Call& call, int64_t places, int64_t elements) {
    Dots<T> dots;
    dots.elements = elements;
    return takeReduction(kernel, call, "dot", dots, ReductionSize(places, elements));
}

template <class T>
DeviceStatus takeRows(StreamKernel* kernel, const Call& call, const Row& row) {
    const Operand& x = call.in(0);
    const int64_t columns = x.array.elements() / x.n;
    if (row.pass == RowPass::Dot) return takeDots<T>(kernel, call, x.n, columns);
    if (row.pass == RowPass::SoftmaxGrad) return takeSoftmaxGrad<T>(kernel, x.n, columns);
    if (row.pass == RowPass::Scale)
        return takeEach(kernel, call, "row_scale", ScaleRows<T>{{}, columns}, x.array.elements());
    constexpr const char* names[] = {"softmax", "log_softmax", "cross_entropy",
                                     "cross_entropy.grad"};
    BoundRows bound{.plan = {row.pass, x.n, columns, row.labelSmoothing},
                    .sums = ReductionSize(x.n, columns),
                    .loss = ReductionSize(1, x.n * columns),
                    .places = call.operands.size()};
    kernel->workspaceBytes = bound.sumBytes() + std::max(reductionBytes<RowSums<T>>(bound.sums),
                                                         reductionBytes<MeanLoss<T>>(bound.loss));
    return take(kernel, std::string(names[static_cast<int>(row.pass)]) + " CUDA", bound,
                launchRows<T>);
}

}  // namespace

DeviceStatus bindRow(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty()) return refuse(kernel, "row", why);
    return forReal(kernel, "row", call.in(0).dtype, [&](auto number) {
        return takeRows<decltype(number)>(kernel, call, std::get<Row>(call.problem));
    });
}

DeviceStatus bindDot(Context&, const Call& call, StreamKernel* kernel) {
    if (const std::string why = whyNotPlain(call); !why.empty()) return refuse(kernel, "dot", why);
    return forReal(kernel, "dot", call.in(0).dtype, [&](auto number) {
        return takeDots<decltype(number)>(kernel, call, 1, call.in(0).array.elements());
    });
}

}  // namespace vitrine::kernels::cuda
