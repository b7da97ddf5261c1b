// SPDX-License-Identifier: Apache-2.0
// Functions of one to three operands, element by element, in Highway.
#include "kernels/cpu/pointwise.h"

#include "kernels/cpu/choice.h"
#include "kernels/cpu/rows.h"
#include "kernels/reference/pointwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pointwise.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"
#include "kernels/cpu/math-inl.h"

#ifndef VITRINE_KERNELS_CPU_POINTWISE_BOUND
#define VITRINE_KERNELS_CPU_POINTWISE_BOUND
namespace vitrine::kernels::cpu {

/// What all of these kernels are: y = f(a, b, p) over rows. p is the parameter, or the operand
/// after the inputs where `parameterIsOperand`.
struct BoundPointwise {
    Rows rows;
    float p = 0;
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

/// Number of image operands, and f itself on vectors.
#define VITRINE_POINTWISE(name, count, expression)                              \
    struct name {                                                               \
        static constexpr int inputs = count;                                    \
        template <class D, class V>                                             \
        static HWY_INLINE V apply([[maybe_unused]] D d, [[maybe_unused]] V a,   \
                                  [[maybe_unused]] V b, [[maybe_unused]] V p) { \
            return expression;                                                  \
        }                                                                       \
    }

VITRINE_POINTWISE(Add, 2, hn::Add(a, b));
VITRINE_POINTWISE(Sub, 2, hn::Sub(a, b));
VITRINE_POINTWISE(Mul, 2, hn::Mul(a, b));
VITRINE_POINTWISE(Scale, 1, hn::Mul(p, a));
VITRINE_POINTWISE(Shift, 1, hn::Add(a, p));
VITRINE_POINTWISE(Relu, 1, hn::IfThenZeroElse(hn::Lt(a, hn::Zero(d)), a));
VITRINE_POINTWISE(ReluGate, 2, hn::IfThenElseZero(hn::Gt(b, hn::Zero(d)), a));
VITRINE_POINTWISE(LeakyRelu, 1, hn::IfThenElse(hn::Gt(a, hn::Zero(d)), a, hn::Mul(p, a)));
VITRINE_POINTWISE(LeakyReluGate, 2, hn::IfThenElse(hn::Gt(b, hn::Zero(d)), a, hn::Mul(p, a)));
VITRINE_POINTWISE(Sigmoid, 1, sigmoid(d, a));
VITRINE_POINTWISE(Tanh, 1, tanh(d, a));
VITRINE_POINTWISE(Exp, 1, exp(d, a));
VITRINE_POINTWISE(Log, 1, log(d, a));
VITRINE_POINTWISE(Sqrt, 1, hn::Sqrt(a));
VITRINE_POINTWISE(Reciprocal, 1, hn::Div(hn::Set(d, 1.0f), a));
VITRINE_POINTWISE(Rsqrt, 1, hn::Div(hn::Set(d, 1.0f), hn::Sqrt(hn::Add(a, p))));
VITRINE_POINTWISE(Fill, 0, p);
/// The comparison is false for NaN, so that NaN stays NaN.
struct ClipScale {
    static constexpr int inputs = 1;
    template <class D, class V>
    static HWY_INLINE V apply(D d, V a, V, V p) {
        const V one = hn::Set(d, 1.0f);
        const V ratio = hn::Div(p, hn::Add(a, hn::Set(d, 1e-6f)));
        return hn::IfThenElse(hn::Gt(ratio, one), one, ratio);
    }
};
#undef VITRINE_POINTWISE

struct Pointers {
    const float *a = nullptr, *b = nullptr;
    float* y = nullptr;
};

template <class F, class Access, class D, class V>
HWY_INLINE void step(D d, const Pointers& at, int64_t i, V p, Access access) {
    V a = hn::Zero(d), b = a;
    if constexpr (F::inputs > 0) a = access.load(d, at.a + i);
    if constexpr (F::inputs > 1) b = access.load(d, at.b + i);
    access.store(d, F::apply(d, a, b, p), at.y + i);
}

template <class F>
void runRows(const Rows& rows, int64_t part, const Pointers& operands, float parameter) {
    const hn::ScalableTag<float> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    const auto p = hn::Set(d, parameter);
    for (int64_t index = rows.begin(part); index < rows.end(part); ++index) {
        const Row row = rows.row(index);
        const Pointers at{operands.a + row.a, operands.b + row.b, operands.y + row.y};
        int64_t i = 0;
        for (; i + lanes <= row.count; i += lanes) step<F>(d, at, i, p, Whole{});
        if (i < row.count) step<F>(d, at, i, p, Partial{row.count - i});
        rows.zeroHalo(row, operands.y);
    }
}

template <class F>
void run(const void* problem, void* const* operands, void*, int, int64_t part) {
    const auto& bound = *static_cast<const BoundPointwise*>(problem);
    Pointers at;
    at.y = static_cast<float*>(operands[F::inputs]);
    at.a = F::inputs > 0 ? static_cast<const float*>(operands[0]) : at.y;
    at.b = F::inputs > 1 ? static_cast<const float*>(operands[1]) : at.y;
    runRows<F>(bound.rows, part, at, bound.p);
}

void runScaleBy(const void* problem, void* const* operands, void*, int, int64_t part) {
    const auto& bound = *static_cast<const BoundPointwise*>(problem);
    const auto* x = static_cast<const float*>(operands[0]);
    runRows<Scale>(bound.rows, part, {x, x, static_cast<float*>(operands[2])},
                   *static_cast<const float*>(operands[1]));
}

Choice choosePointwise(Pointwise function) {
    const auto given = [](Kernel::Run chosen) {
        return Choice{chosen, hwy::TargetName(HWY_TARGET)};
    };
    switch (function) {
        case Pointwise::Add:
            return given(run<Add>);
        case Pointwise::Sub:
            return given(run<Sub>);
        case Pointwise::Mul:
            return given(run<Mul>);
        case Pointwise::Scale:
            return given(run<Scale>);
        case Pointwise::Shift:
            return given(run<Shift>);
        case Pointwise::Relu:
            return given(run<Relu>);
        case Pointwise::ReluGate:
            return given(run<ReluGate>);
        case Pointwise::LeakyRelu:
            return given(run<LeakyRelu>);
        case Pointwise::LeakyReluGate:
            return given(run<LeakyReluGate>);
        case Pointwise::Sigmoid:
            return given(run<Sigmoid>);
        case Pointwise::Tanh:
            return given(run<Tanh>);
        case Pointwise::Exp:
            return given(run<Exp>);
        case Pointwise::Log:
            return given(run<Log>);
        case Pointwise::Sqrt:
            return given(run<Sqrt>);
        case Pointwise::Reciprocal:
            return given(run<Reciprocal>);
        case Pointwise::Rsqrt:
            return given(run<Rsqrt>);
        case Pointwise::ClipScale:
            return given(run<ClipScale>);
    }
    return {};
}

Choice chooseScaleBy() { return {runScaleBy, hwy::TargetName(HWY_TARGET)}; }
Choice chooseFill() { return {run<Fill>, hwy::TargetName(HWY_TARGET)}; }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::kernels::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::kernels::cpu {

HWY_EXPORT(choosePointwise);
HWY_EXPORT(chooseScaleBy);
HWY_EXPORT(chooseFill);

Kernel bindPointwise(const PointwiseProblem& problem) {
    const Image& b = isBinary(problem.function) ? problem.b : problem.a;
    const BoundPointwise bound{Rows(problem.y, problem.a, b), static_cast<float>(problem.p)};
    return bindVector("pointwise." + std::string(reference::pointwiseName(problem.function)),
                      problem.y.layout, bound,
                      HWY_DYNAMIC_DISPATCH(choosePointwise)(problem.function), bound.rows.parts());
}

Kernel bindScaleBy(const ScaleByProblem& problem) {
    const BoundPointwise bound{Rows(problem.y, problem.x, problem.x)};
    return bindVector("scale_by", problem.y.layout, bound, HWY_DYNAMIC_DISPATCH(chooseScaleBy)(),
                      bound.rows.parts());
}

Kernel bindFill(const FillProblem& problem) {
    const BoundPointwise bound{Rows(problem.y, problem.y, problem.y),
                               static_cast<float>(problem.value)};
    return bindVector("fill", problem.y.layout, bound, HWY_DYNAMIC_DISPATCH(chooseFill)(),
                      bound.rows.parts());
}

}  // namespace vitrine::kernels::cpu
#endif
