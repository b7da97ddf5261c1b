// SPDX-License-Identifier: Apache-2.0
// Wraps plain loops as a Kernel of one phase and one part, in float or in double.
#pragma once

#include <string_view>

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

/// Kernel of a body `[]<class T>(const Problem&, Operands)` without captures.
template <class Problem, class Body>
Kernel plainKernel(std::string_view family, const Problem& problem, Layout layout, Body) {
    const auto runAs = []<class T>(const void* bound, void* const* operands) {
        Body{}.template operator()<T>(*static_cast<const Problem*>(bound), Operands(operands));
    };
    using RunAs = decltype(runAs);
    return bindReference(
        family, problem, layout,
        [](const void* bound, void* const* operands, void*, int, int64_t) {
            RunAs{}.template operator()<float>(bound, operands);
        },
        [](const void* bound, void* const* operands, void*, int, int64_t) {
            RunAs{}.template operator()<double>(bound, operands);
        });
}

}  // namespace vitrine::kernels::reference
