// SPDX-License-Identifier: Apache-2.0
// Wraps plain loops as a Kernel of one phase and one part, in float or in double.
#pragma once

#include "kernels/api/kernel.h"

#include <memory>
#include <string>
#include <utility>

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
Kernel plainKernel(std::string name, const Problem& problem, Precision precision, Body) {
    Kernel kernel;
    kernel.problem = std::make_shared<const Problem>(problem);
    if (precision == Precision::F64) {
        kernel.name = std::move(name) + " reference f64";
        kernel.run = [](const void* bound, void* const* operands, void*, int, int64_t) {
            Body{}.template operator()<double>(*static_cast<const Problem*>(bound),
                                               Operands(operands));
        };
    } else {
        kernel.name = std::move(name) + " reference";
        kernel.run = [](const void* bound, void* const* operands, void*, int, int64_t) {
            Body{}.template operator()<float>(*static_cast<const Problem*>(bound),
                                              Operands(operands));
        };
    }
    return kernel;
}

}  // namespace vitrine::kernels::reference
