// SPDX-License-Identifier: Apache-2.0
// Comparisons, logic and choices element by element, on row-major operands of any type.
#pragma once

#include <string_view>

#include "kernels/api/kernel.h"
#include "kernels/api/operand.h"

namespace vitrine::kernels {

/// All relations, one row each: what it is called in the code and for people, how many operands it
/// has, and what it says of plain numbers a and b. Comparisons with NaN are false, but for ≠; logic
/// takes everything but 0 for true.
#define VITRINE_RELATIONS(X)                   \
    X(Equal, "equal", 2, a == b)               \
    X(NotEqual, "not_equal", 2, a != b)        \
    X(Less, "less", 2, a < b)                  \
    X(LessOrEqual, "less_or_equal", 2, a <= b) \
    X(And, "and", 2, (a != 0) && (b != 0))     \
    X(Or, "or", 2, (a != 0) || (b != 0))       \
    X(Xor, "xor", 2, (a != 0) != (b != 0))     \
    X(Not, "not", 1, a == 0)

enum class Relation : uint8_t {
#define VITRINE_ENUMERATOR(Name, ...) Name,
    VITRINE_RELATIONS(VITRINE_ENUMERATOR)
#undef VITRINE_ENUMERATOR
};

constexpr std::string_view name(Relation relation) {
    constexpr std::string_view names[] = {
#define VITRINE_NAME(Name, text, ...) text,
        VITRINE_RELATIONS(VITRINE_NAME)
#undef VITRINE_NAME
    };
    return names[static_cast<int>(relation)];
}

constexpr int operandsOf(Relation relation) {
    constexpr int operands[] = {
#define VITRINE_OPERANDS(Name, text, count, ...) count,
        VITRINE_RELATIONS(VITRINE_OPERANDS)
#undef VITRINE_OPERANDS
    };
    return operands[static_cast<int>(relation)];
}

/// y = a relation b, exact in the operands' own type. a and b repeat to y; b is not looked at where
/// the relation has one operand. Operands: a, [b,] y.
struct CompareProblem {
    Relation relation = Relation::Equal;
    Operand a, b, y;
};
Kernel selectCompare(const CompareProblem& problem);

/// y = condition ? a : b, bit for bit; all repeat to y. Operands: condition (bool), a, b, y.
struct SelectProblem {
    Operand condition, a, b, y;
};
Kernel selectSelect(const SelectProblem& problem);

}  // namespace vitrine::kernels
