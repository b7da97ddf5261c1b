// SPDX-License-Identifier: Apache-2.0
// Functions of one to three operands, element by element, in any layout (all operands in the same
// one; halos may differ).
#pragma once

#include <string_view>

#include "kernels/api/kernel.h"
#include "kernels/api/pointwise_functions.h"

namespace vitrine::kernels {

/// y = f(a, b, c); `p` and `q` are the problem's parameters. Most functions have no c, unary ones
/// no b, and few a parameter.
enum class Pointwise : uint8_t {
#define VITRINE_ENUMERATOR(Name, ...) Name,
    VITRINE_POINTWISE_FUNCTIONS(VITRINE_ENUMERATOR)
#undef VITRINE_ENUMERATOR
};

/// `leaky_relu`.
constexpr std::string_view name(Pointwise function) {
    constexpr std::string_view names[] = {
#define VITRINE_NAME(Name, text, ...) text,
        VITRINE_POINTWISE_FUNCTIONS(VITRINE_NAME)
#undef VITRINE_NAME
    };
    return names[static_cast<int>(function)];
}

constexpr int operandsOf(Pointwise function) {
    constexpr int operands[] = {
#define VITRINE_OPERANDS(Name, text, count, ...) count,
        VITRINE_POINTWISE_FUNCTIONS(VITRINE_OPERANDS)
#undef VITRINE_OPERANDS
    };
    return operands[static_cast<int>(function)];
}

inline constexpr int pointwiseFunctions = 0
#define VITRINE_ONE_MORE(...) +1
    VITRINE_POINTWISE_FUNCTIONS(VITRINE_ONE_MORE);
#undef VITRINE_ONE_MORE

/// One function of a chain. An operand is one of the call's, by its place there, or what the chain
/// has given so far. Operands repeat by numpy's rule. `at`: a step that works on the operand in
/// that place, where it is loaded: soFar is what that has become so far, and whoever reads the
/// place afterwards reads what the step gives.
struct ChainStep {
    static constexpr int soFar = -1;
    Pointwise function = Pointwise::Add;
    double p = 0;
    int a = soFar, b = soFar, c = soFar;
    bool byChannel = false;  ///< operands of one axis go along the channels, axis 1
    double q = 0;
    int at = soFar;

    bool reads(int place) const { return a == place || b == place || c == place; }
};

struct PointwiseProblem {
    Pointwise function = Pointwise::Add;
    /// a, b and c repeat to y in row-major memory; in planes they are images like y. Those that the
    /// function does not have are not looked at.
    Operand a, b, y;
    double p = 0;
    Operand c = {};
    double q = 0;
};

/// Largest deviation of a float32 result from the float64 reference, relative to max(|result|,
/// smallestJudged) of that element.
inline constexpr double pointwiseTolerance = 4e-7;
/// Below it the error is judged as that of a number so large: where a sum passes through 0, and for
/// gelu_tanh the negative side, where the error of the exponent counts.
constexpr double smallestJudged(Pointwise function) {
    switch (function) {
        case Pointwise::GeluSlope:
        case Pointwise::GeluTanh:
        case Pointwise::GeluTanhSlope:
        case Pointwise::MishSlope:
        case Pointwise::HardSigmoid:
        case Pointwise::HardSwishSlope:
            return 1;
        default:
            return 1e-6;
    }
}

/// Operands: a, [b, [c,]] y. y may be the same memory as one of them where their images are equal.
Kernel selectPointwise(const PointwiseProblem& problem);

/// y = x · s with a scalar operand s. Operands: x, s, y (y may be x).
struct ScaleByProblem {
    Operand x, y;
};
Kernel selectScaleBy(const ScaleByProblem& problem);

/// y = value everywhere. Operands: y.
struct FillProblem {
    Operand y;
    double value = 0;
};
Kernel selectFill(const FillProblem& problem);

/// y = keep(element) ? x / (1 − rate) : 0, keep drawn by Philox from (seed, stream, step, logical
/// element index
/// ((n·C + c)·H + h)·W + w), the same in every layout: with index i, keep = first word of
/// philox(counter {i low, i high, step low, stream}, key {seed low, seed high}) ≥ rate · 2^32.
/// Operands: x, key (int64 [2]: seed, step), y (y may be x).
struct DropoutProblem {
    Operand x, y;
    double rate = 0.5;  ///< 0 ≤ rate < 1
    uint32_t stream = 0;
};
Kernel selectDropout(const DropoutProblem& problem);

/// y = (⌊word / 512⌋ + ½) / 2^23 with dropout's word of the element: between 0 and 1, neither of
/// them, and exact in float32, so that it is the same in every layout and precision. Operands: key,
/// y.
struct UniformProblem {
    Operand y;
    uint32_t stream = 0;
};
Kernel selectUniform(const UniformProblem& problem);

}  // namespace vitrine::kernels
