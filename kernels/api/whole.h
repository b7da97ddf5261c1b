// SPDX-License-Identifier: Apache-2.0
// Functions of whole numbers element by element, on row-major operands as they lie.
#pragma once

#include <string_view>

#include "kernels/api/kernel.h"
#include "kernels/api/operand.h"

namespace vitrine::kernels {

/// All functions, one row each: what it is called in the code and for people, and how many operands
/// it has. What leaves a type's range wraps as C's unsigned numbers do.
///   Scale         a · p, p a whole number
///   Div           cut towards 0; 0 where b is
///   ModByDivisor  what is left of a over b, with the sign of b; ModByDividend: with that of a. 0
///                 where b is
///   Pow           below an exponent of 0 the quotient 1 / a^−b, cut towards 0, and 0 where a is
///   Clamp         between p and q
///   ShiftLeft     by b bits; ShiftRight: likewise, copies of the sign come in from above. A b
///   below
///                 0 or past the width counts as the width: no bit stays
#define VITRINE_WHOLE_FUNCTIONS(X)         \
    X(Add, "add", 2)                       \
    X(Sub, "sub", 2)                       \
    X(Mul, "mul", 2)                       \
    X(Scale, "scale", 1)                   \
    X(Div, "div", 2)                       \
    X(ModByDivisor, "mod_by_divisor", 2)   \
    X(ModByDividend, "mod_by_dividend", 2) \
    X(Pow, "pow", 2)                       \
    X(Abs, "abs", 1)                       \
    X(Sign, "sign", 1)                     \
    X(Max, "max", 2)                       \
    X(Min, "min", 2)                       \
    X(Clamp, "clamp", 1)                   \
    X(BitAnd, "bit_and", 2)                \
    X(BitOr, "bit_or", 2)                  \
    X(BitXor, "bit_xor", 2)                \
    X(BitNot, "bit_not", 1)                \
    X(ShiftLeft, "shift_left", 2)          \
    X(ShiftRight, "shift_right", 2)

enum class Whole : uint8_t {
#define VITRINE_ENUMERATOR(Name, ...) Name,
    VITRINE_WHOLE_FUNCTIONS(VITRINE_ENUMERATOR)
#undef VITRINE_ENUMERATOR
};

constexpr std::string_view name(Whole function) {
    constexpr std::string_view names[] = {
#define VITRINE_NAME(Name, text, ...) text,
        VITRINE_WHOLE_FUNCTIONS(VITRINE_NAME)
#undef VITRINE_NAME
    };
    return names[static_cast<int>(function)];
}

constexpr int operandsOf(Whole function) {
    constexpr int operands[] = {
#define VITRINE_OPERANDS(Name, text, count) count,
        VITRINE_WHOLE_FUNCTIONS(VITRINE_OPERANDS)
#undef VITRINE_OPERANDS
    };
    return operands[static_cast<int>(function)];
}

/// y = f(a, b), all of one whole type. a and b repeat to y; b is not looked at where the function
/// has one operand. Operands: a, [b,] y; y may be the same memory as one of them where they lie
/// alike.
struct WholeProblem {
    Whole function = Whole::Add;
    Operand a, b, y;
    double p = 0, q = 0;
};
Kernel selectWhole(const WholeProblem& problem);

}  // namespace vitrine::kernels
