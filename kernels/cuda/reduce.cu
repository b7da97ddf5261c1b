// SPDX-License-Identifier: Apache-2.0
// Elements along axes together: floats in double, whole numbers in 64 bits.
#include <cmath>

#include "kernels/cuda/reduction.h"
#include "kernels/reference/whole_numbers.h"

namespace vitrine::kernels::cuda {

namespace {

/// Where the elements of a place lie.
struct ReducePlan {
    ReducePass pass = ReducePass::Sum;
    cpu::StridedWalk<1> places, elements;

    VITRINE_BOTH int64_t offset(int64_t place, int64_t element) const {
        int64_t first[1], own[1];
        offsetsAt(places, place, first);
        offsetsAt(elements, element, own);
        return first[0] + own[0];
    }
};

/// `value` alone, but for log-sum-exp: there it is the largest, and `sum` is Σ e^(x − largest).
struct RealPass {
    struct State {
        double value, sum;
    };
    Places<2> at;
    ReducePlan plan;
    RealElements x;

    VITRINE_BOTH State none() const {
        switch (plan.pass) {
            case ReducePass::Max:
            case ReducePass::LogSumExp:
                return {-INFINITY, 0};
            case ReducePass::Min:
                return {INFINITY, 0};
            default:
                return {0, 0};
        }
    }
    VITRINE_BOTH void add(State& state, int64_t place, int64_t element) const {
        const double value = x.get(at.get<const void>(0), plan.offset(place, element));
        join(state, {plan.pass == ReducePass::Norm ? value * value : value, 1});
    }
    VITRINE_BOTH void join(State& state, const State& other) const {
        switch (plan.pass) {
            case ReducePass::Max:
                if (other.value > state.value || other.value != other.value) state = other;
                break;
            case ReducePass::Min:
                if (other.value < state.value || other.value != other.value) state = other;
                break;
            case ReducePass::LogSumExp:
                joinExps(state, other);
                break;
            default:
                state.value += other.value;
        }
    }
    /// Where both are infinite their difference is no number.
    VITRINE_BOTH static void joinExps(State& state, const State& other) {
        if (other.value == state.value)
            state.sum += other.sum;
        else if (other.value < state.value)
            state.sum += other.sum * std::exp(other.value - state.value);
        else
            state = {other.value, state.sum * std::exp(state.value - other.value) + other.sum};
    }
    VITRINE_BOTH void store(int64_t place, const State& state) const {
        double result = state.value;
        if (plan.pass == ReducePass::Norm) result = std::sqrt(result);
        if (plan.pass == ReducePass::LogSumExp) result += std::log(state.sum);
        x.put(at.get<void>(1), place, result);
    }
};

struct WholePass {
    struct State {
        uint64_t value;
        bool isAny;  ///< whether there was an element
    };
    Places<2> at;
    ReducePlan plan;
    WholeElements x;

    VITRINE_BOTH static State none() { return {0, false}; }
    VITRINE_BOTH void add(State& state, int64_t place, int64_t element) const {
        const uint64_t value = x.get(at.get<const void>(0), plan.offset(place, element));
        join(state, {plan.pass == ReducePass::Norm ? value * value : value, true});
    }
    VITRINE_BOTH void join(State& state, const State& other) const {
        if (!other.isAny) return;
        const bool isMax = plan.pass == ReducePass::Max, isMin = plan.pass == ReducePass::Min;
        if (!state.isAny)
            state = other;
        else if (isMax || isMin)
            state.value = x.isLess(state.value, other.value) == isMax ? other.value : state.value;
        else
            state.value += other.value;
    }
    VITRINE_BOTH void store(int64_t place, const State& state) const {
        const bool isNorm = plan.pass == ReducePass::Norm;
        x.put(at.get<void>(1), place,
              isNorm ? reference::whole::squareRoot(state.value) : state.value);
    }
};

cpu::StridedWalk<1> axesOf(const Operand& x, const Reduce& reduce, bool reduced) {
    const Strided all = cpu::stridesOf(x);
    Strided axes;
    for (int axis = 0; axis < all.rank; ++axis) {
        const auto a = static_cast<size_t>(axis);
        if (reduce.isReduced[a] != reduced) continue;
        axes.shape[static_cast<size_t>(axes.rank)] = all.shape[a];
        axes.strides[static_cast<size_t>(axes.rank++)] = all.strides[a];
    }
    return cpu::StridedWalk<1>(std::array<Strided, 1>{axes});
}

}  // namespace

DeviceStatus bindReduce(Context&, const Call& call, StreamKernel* kernel) {
    const auto& reduce = std::get<Reduce>(call.problem);
    if (const std::string why = whyNotPlain(call, 1); !why.empty())
        return refuse(kernel, "reduce", why);
    const Operand& x = call.in(0);
    const ReducePlan plan{reduce.pass, axesOf(x, reduce, false), axesOf(x, reduce, true)};
    const int64_t places = call.out(0).array.elements();
    const ReductionSize size(places, x.array.elements() / places);
    if (x.dtype == DType::F32 || x.dtype == DType::F64)
        return takeReduction(kernel, call, "reduce", RealPass{{}, plan, {x.dtype}}, size);
    const bool isExtreme = reduce.pass == ReducePass::Max || reduce.pass == ReducePass::Min;
    const bool isTaken = x.dtype == DType::Bool
                             ? isExtreme
                             : isInteger(x.dtype) && reduce.pass != ReducePass::LogSumExp;
    if (!isTaken) return refuse(kernel, "reduce", unexpectedType("numbers of the pass", x.dtype));
    return takeReduction(kernel, call, "reduce", WholePass{{}, plan, {x.dtype}}, size);
}

}  // namespace vitrine::kernels::cuda
