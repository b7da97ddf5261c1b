// SPDX-License-Identifier: Apache-2.0
// Functions of one to three operands, element by element, in any layout (all operands in the same
// one; halos may differ).
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// y = f(a, b); `p` is the problem's parameter. Unary functions have no b.
enum class Pointwise : uint8_t {
    Add,
    Sub,
    Mul,            ///< binary
    Scale,          ///< p · a
    Shift,          ///< a + p
    Relu,           ///< max(a, 0); NaN stays NaN
    ReluGate,       ///< b > 0 ? a : 0     (a = dy, b = y)
    LeakyRelu,      ///< a > 0 ? a : p · a
    LeakyReluGate,  ///< b > 0 ? a : p · a (a = dy, b = y)
    Sigmoid,
    Tanh,
    Exp,
    Log,
    Sqrt,
    Reciprocal,  ///< 1 / a
    Rsqrt,       ///< 1 / √(a + p)
    ClipScale    ///< min(1, p / (a + 1e-6)): gradient clipping from the norm a
};

struct PointwiseProblem {
    Pointwise function = Pointwise::Add;
    Operand a, b, y;  ///< same n, c, h, w and layout; b unused for unary functions
    double p = 0;
};

/// Sigmoid, Tanh, Exp, Log: largest deviation from the float64 reference relative to max(|result|,
/// 1e-6) of that element.
inline constexpr double pointwiseTolerance = 4e-7;

constexpr bool isBinary(Pointwise f) {
    return f == Pointwise::Add || f == Pointwise::Sub || f == Pointwise::Mul ||
           f == Pointwise::ReluGate || f == Pointwise::LeakyReluGate;
}

/// Operands: a, [b,] y. y may be the same memory as a or b where their images are equal.
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

}  // namespace vitrine::kernels
