// SPDX-License-Identifier: Apache-2.0
// Functions of whole numbers as they lie: with strides, repeated along axes, in their own type.
#include "kernels/api/whole.h"

#include "kernels/cpu/cut.h"
#include "kernels/cpu/strided.h"
#include "kernels/cpu/whole_types.h"
#include "kernels/dispatch/bind.h"
#include "kernels/dispatch/choose.h"
#include "kernels/reference/whole_numbers.h"

namespace vitrine::kernels {
namespace {

namespace whole = reference::whole;
using cpu::broadcastTo;
using cpu::StridedWalk;
using cpu::stridesOf;

constexpr int64_t grainElements = 16 * 1024;

struct Plan {
    StridedWalk<3> walk;  ///< a, b, y; b is a where there is one operand
    int operands;
    double p, q;
    Cut rows;
};

/// p and q as numbers of the type: a factor, or bounds.
template <class T>
struct Parameters {
    T factor, low, high;

    explicit Parameters(const Plan& plan)
        : factor(static_cast<T>(whole::nearest<int64_t>(plan.p, std::trunc))),
          low(whole::nearest<T>(plan.p, std::ceil)),
          high(whole::nearest<T>(plan.q, std::floor)) {}
};

#define VITRINE_FUNCTION(Name, expression)                                       \
    struct Name {                                                                \
        template <class T>                                                       \
        static T of(T a, [[maybe_unused]] T b, const Parameters<T>& parameter) { \
            static_cast<void>(parameter);                                        \
            return static_cast<T>(expression);                                   \
        }                                                                        \
    };
namespace functions {
VITRINE_FUNCTION(Add, whole::add(a, b))
VITRINE_FUNCTION(Sub, whole::sub(a, b))
VITRINE_FUNCTION(Mul, whole::mul(a, b))
VITRINE_FUNCTION(Scale, whole::mul(a, parameter.factor))
VITRINE_FUNCTION(Div, whole::div(a, b))
VITRINE_FUNCTION(ModByDivisor, whole::modByDivisor(a, b))
VITRINE_FUNCTION(ModByDividend, whole::modByDividend(a, b))
VITRINE_FUNCTION(Pow, whole::pow(a, b))
VITRINE_FUNCTION(Abs, whole::abs(a))
VITRINE_FUNCTION(Sign, whole::sign(a))
VITRINE_FUNCTION(Max, a > b ? a : b)
VITRINE_FUNCTION(Min, a < b ? a : b)
VITRINE_FUNCTION(Clamp, a<parameter.low ? parameter.low : a> parameter.high ? parameter.high : a)
VITRINE_FUNCTION(BitAnd, a& b)
VITRINE_FUNCTION(BitOr, a | b)
VITRINE_FUNCTION(BitXor, a ^ b)
VITRINE_FUNCTION(BitNot, ~a)
VITRINE_FUNCTION(ShiftLeft, whole::shiftLeft(a, b))
VITRINE_FUNCTION(ShiftRight, whole::shiftRight(a, b))
}  // namespace functions
#undef VITRINE_FUNCTION

template <class Name, class T>
void run(const void* problem, void* const* operands, Workspace, int, int64_t part) {
    const auto& plan = *static_cast<const Plan*>(problem);
    const StridedWalk<3>& walk = plan.walk;
    const Parameters<T> parameter(plan);
    const auto* const first = static_cast<const T*>(operands[0]);
    const auto* const second = static_cast<const T*>(operands[plan.operands - 1]);
    auto* const result = static_cast<T*>(operands[plan.operands]);
    const int64_t aStep = walk.step(0), bStep = walk.step(1), yStep = walk.step(2);
    for (int64_t row = plan.rows.begin(part); row < plan.rows.end(part); ++row) {
        const auto at = walk.rowOffsets(row);
        const T *a = first + at[0], *b = second + at[1];
        T* y = result + at[2];
        for (int64_t i = 0; i < walk.width(); ++i)
            y[i * yStep] = Name::of(a[i * aStep], b[i * bStep], parameter);
    }
}

template <class T>
Kernel::Run runOf(Whole function) {
    constexpr Kernel::Run runs[] = {
#define VITRINE_RUN(Name, ...) run<functions::Name, T>,
        VITRINE_WHOLE_FUNCTIONS(VITRINE_RUN)
#undef VITRINE_RUN
    };
    return runs[static_cast<int>(function)];
}

}  // namespace

Kernel selectWhole(const WholeProblem& problem) {
    const std::string type(name(problem.y.dtype));
    const Kernel::Run chosen =
        cpu::forWhole(problem.y.dtype, [&]<class T>(T) { return runOf<T>(problem.function); });
    if (!chosen) return refuse("whole: wants whole numbers, got " + type);
    const int operands = operandsOf(problem.function);
    const Strided y = stridesOf(problem.y), a = broadcastTo(stridesOf(problem.a), y);
    const Strided all[] = {a, operands == 1 ? a : broadcastTo(stridesOf(problem.b), y), y};
    Plan plan{StridedWalk<3>(all), operands, problem.p, problem.q, {}};
    plan.walk.cutRows();
    plan.rows = cut(plan.walk.rows(), plan.walk.width(), grainElements);
    std::string text = "whole.";
    text.append(name(problem.function)).append(" row-major strided ").append(type);
    const int64_t parts = plan.rows.parts;
    Kernel kernel = bindKernel(std::move(text), plan, chosen);
    kernel.parts[0] = parts;
    return kernel;
}

}  // namespace vitrine::kernels
