// SPDX-License-Identifier: Apache-2.0
// Functions of up to three operands, element by element, in Highway.
#include "kernels/cpu/pointwise.h"

#include "kernels/cpu/choice.h"
#include "kernels/cpu/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pointwise.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"
#include "kernels/cpu/access-inl.h"
#include "kernels/cpu/activations-inl.h"
#include "kernels/cpu/arithmetic-inl.h"
#include "kernels/cpu/math-inl.h"

#ifndef VITRINE_KERNELS_CPU_POINTWISE_BOUND
#define VITRINE_KERNELS_CPU_POINTWISE_BOUND
namespace vitrine::kernels::cpu {

/// What all of these kernels are: y = f(a, b, p, q) over rows.
struct BoundPointwise {
    Rows rows;
    Parameters parameters = {};
};

}  // namespace vitrine::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace vitrine::kernels::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

/// Number of image operands, and f itself on vectors.
#define VITRINE_POINTWISE(Name, text, count, expression, number)                \
    struct Name {                                                               \
        static constexpr int inputs = count;                                    \
        template <class D, class V>                                             \
        static HWY_INLINE V apply([[maybe_unused]] D d, [[maybe_unused]] V a,   \
                                  [[maybe_unused]] V b, [[maybe_unused]] V c,   \
                                  [[maybe_unused]] V p, [[maybe_unused]] V q) { \
            return expression;                                                  \
        }                                                                       \
    };

VITRINE_POINTWISE_FUNCTIONS(VITRINE_POINTWISE)
VITRINE_POINTWISE(Fill, "fill", 0, p, a)
#undef VITRINE_POINTWISE

/// Vectors of functions of one operand that go side by side, since one alone is a long chain.
template <class F>
constexpr int sideBySide = 1;
template <>
constexpr int sideBySide<Gelu> = 4;
template <>
constexpr int sideBySide<GeluSlope> = 4;

template <class D, class V, size_t N>
HWY_INLINE void applyTogether(Gelu, D d, V (&x)[N]) {
    gelus(d, x);
}
template <class D, class V, size_t N>
HWY_INLINE void applyTogether(GeluSlope, D d, V (&x)[N]) {
    geluSlopes(d, x);
}

/// As many whole groups of vectors as there are; gives what comes behind.
template <class F, class D>
HWY_INLINE int64_t runTogether(D d, const float* from, float* y, int64_t count) {
    constexpr int together = sideBySide<F>;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    int64_t i = 0;
    for (; i + together * lanes <= count; i += together * lanes) {
        hn::Vec<D> x[together];
#pragma GCC unroll 4
        for (int k = 0; k < together; ++k) x[k] = hn::LoadU(d, from + i + k * lanes);
        applyTogether(F(), d, x);
#pragma GCC unroll 4
        for (int k = 0; k < together; ++k) hn::StoreU(x[k], d, y + i + k * lanes);
    }
    return i;
}

template <class F, bool thenRelu, class Access, class D, class V>
HWY_INLINE void step(D d, const RowOperands& from, float* y, int64_t i, V p, V q, Access access) {
    V a = hn::Zero(d), b = a, c = a;
    if constexpr (F::inputs > 0) a = access.load(d, from.a + i);
    if constexpr (F::inputs > 1) b = access.load(d, from.b + i);
    if constexpr (F::inputs > 2) c = access.load(d, from.c + i);
    V result = F::apply(d, a, b, c, p, q);
    if constexpr (thenRelu) result = Relu::apply(d, result, b, c, p, q);
    access.store(d, result, y + i);
}

template <class F, bool thenRelu = false>
void runRow(const RowOperands& from, float* y, int64_t count, Parameters parameters) {
    const hn::ScalableTag<float> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    const auto p = hn::Set(d, parameters.p), q = hn::Set(d, parameters.q);
    int64_t i = 0;
    if constexpr (sideBySide < F >> 1 && !thenRelu) i = runTogether<F>(d, from.a, y, count);
    for (; i + lanes <= count; i += lanes) step<F, thenRelu>(d, from, y, i, p, q, Whole{});
    if (i < count) step<F, thenRelu>(d, from, y, i, p, q, Partial{count - i});
}

template <class F>
void runRows(const Rows& rows, int64_t part, const RowOperands& from, float* y,
             Parameters parameters) {
    for (int64_t index = rows.begin(part); index < rows.end(part); ++index) {
        const Row row = rows.row(index);
        runRow<F>({from.a + row.a, from.b + row.b}, y + row.y, row.count, parameters);
        rows.zeroHalo(row, y);
    }
}

template <class F>
void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const BoundPointwise*>(problem);
    auto* const y = static_cast<float*>(operands[F::inputs]);
    RowOperands from{y, y};
    if (F::inputs > 0) from.a = static_cast<const float*>(operands[0]);
    if (F::inputs > 1) from.b = static_cast<const float*>(operands[1]);
    runRows<F>(bound.rows, part, from, y, bound.parameters);
}

void runScaleBy(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& bound = *static_cast<const BoundPointwise*>(problem);
    const auto* x = static_cast<const float*>(operands[0]);
    runRows<Scale>(bound.rows, part, {x, x}, static_cast<float*>(operands[2]),
                   {.p = *static_cast<const float*>(operands[1])});
}

Choice choosePointwise(Pointwise function) {
    constexpr Kernel::Run runs[] = {
#define VITRINE_RUN(Name, ...) run<Name>,
        VITRINE_POINTWISE_FUNCTIONS(VITRINE_RUN)
#undef VITRINE_RUN
    };
    return {runs[static_cast<int>(function)], hwy::TargetName(HWY_TARGET)};
}

RowFunction chooseRowFunction(Pointwise function, bool thenRelu) {
    constexpr RowFunction functions[][2] = {
#define VITRINE_ROW(Name, ...) {runRow<Name>, runRow<Name, true>},
        VITRINE_POINTWISE_FUNCTIONS(VITRINE_ROW)
#undef VITRINE_ROW
    };
    return functions[static_cast<int>(function)][thenRelu];
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
HWY_EXPORT(chooseRowFunction);
HWY_EXPORT(chooseScaleBy);
HWY_EXPORT(chooseFill);

RowFunction rowFunction(Pointwise function, bool thenRelu) {
    return HWY_DYNAMIC_DISPATCH(chooseRowFunction)(function, thenRelu);
}

Kernel bindPointwise(const PointwiseProblem& problem) {
    const Image& b = operandsOf(problem.function) == 2 ? problem.b : problem.a;
    const BoundPointwise bound{Rows(problem.y, problem.a, b), parameters(problem.p, problem.q)};
    return bindVector("pointwise." + std::string(name(problem.function)), problem.y.layout, bound,
                      HWY_DYNAMIC_DISPATCH(choosePointwise)(problem.function), bound.rows.parts());
}

Kernel bindScaleBy(const ScaleByProblem& problem) {
    const BoundPointwise bound{Rows(problem.y, problem.x, problem.x)};
    return bindVector("scale_by", problem.y.layout, bound, HWY_DYNAMIC_DISPATCH(chooseScaleBy)(),
                      bound.rows.parts());
}

Kernel bindFill(const FillProblem& problem) {
    const BoundPointwise bound{Rows(problem.y, problem.y, problem.y), parameters(problem.value, 0)};
    return bindVector("fill", problem.y.layout, bound, HWY_DYNAMIC_DISPATCH(chooseFill)(),
                      bound.rows.parts());
}

}  // namespace vitrine::kernels::cpu
#endif
