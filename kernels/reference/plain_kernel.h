// SPDX-License-Identifier: Apache-2.0
// Wraps plain loops as a Kernel of one phase: in float or in double, in whole numbers, or on
// elements that only move.
#pragma once

#include <string_view>

#include "kernels/cpu/cut.h"
#include "kernels/cpu/whole_types.h"
#include "kernels/dispatch/bind.h"

namespace vitrine::kernels::reference {

/// The operands of a call, taken in the order in which the kernel's header lists them.
class Operands {
  public:
    explicit Operands(void* const* operands) : m_next(operands) {}

    template <class T>
    T* next() {
        return static_cast<T*>(*m_next++);
    }
    /// The next operand where the problem has it, else null.
    template <class T>
    T* nextIf(bool present) {
        return present ? next<T>() : nullptr;
    }

  private:
    void* const* m_next;
};

/// Elements that a part of a plain kernel goes over, about.
inline constexpr int64_t plainGrain = 16 * 1024;

/// A problem and what of it a part does.
template <class Problem>
struct PlainProblem {
    Problem problem;
    Cut items;
};

/// A body `[]<class T>(const Problem&, Operands, int64_t begin, int64_t end)` without captures,
/// which does the items from begin to end; items do not touch one another's results.
template <class T, class Problem, class Body>
void runPlain(const void* bound, void* const* at, Workspace, int, int64_t part) {
    const auto& own = *static_cast<const PlainProblem<Problem>*>(bound);
    Body{}.template operator()<T>(own.problem, Operands(at), own.items.begin(part),
                                  own.items.end(part));
}

template <class Problem>
Kernel plainKernelAs(std::string_view family, const Problem& problem, DType type, Cut items,
                     Kernel::Run run) {
    std::string text(family);
    text.append(" row-major reference ").append(name(type));
    Kernel kernel = bindKernel(std::move(text), PlainProblem<Problem>{problem, items}, run);
    kernel.parts[0] = items.parts;
    return kernel;
}

/// Kernel of such a body for float and double.
template <class Problem, class Body>
Kernel plainKernel(std::string_view family, const Problem& problem, Placed operands, Cut items,
                   Body) {
    Kernel kernel = bindReference(family, PlainProblem<Problem>{problem, items}, operands,
                                  runPlain<float, Problem, Body>, runPlain<double, Problem, Body>);
    kernel.parts[0] = items.parts;
    return kernel;
}

/// The same for whole numbers too.
template <class Problem, class Body>
Kernel plainNumberKernel(std::string_view family, const Problem& problem, Placed operands,
                         Cut items, Body body) {
    const Kernel::Run run = cpu::forWhole(operands.dtype, [](auto number) -> Kernel::Run {
        return runPlain<decltype(number), Problem, Body>;
    });
    if (!run) return plainKernel(family, problem, operands, items, body);
    return plainKernelAs(family, problem, operands.dtype, items, run);
}

/// The same for what only moves elements: the body's type is as wide as they are.
template <class Problem, class Body>
Kernel plainMove(std::string_view family, const Problem& problem, DType type, Cut items, Body) {
    return plainKernelAs(family, problem, type, items,
                         cpu::forWidth(type, [](auto word) -> Kernel::Run {
                             return runPlain<decltype(word), Problem, Body>;
                         }));
}

}  // namespace vitrine::kernels::reference
