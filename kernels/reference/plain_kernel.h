// SPDX-License-Identifier: Apache-2.0
// Wraps plain loops as a Kernel of one phase, in float or in double.
#pragma once

#include <string_view>

#include "kernels/cpu/cut.h"
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

/// Kernel of a body `[]<class T>(const Problem&, Operands, int64_t begin, int64_t end)` without
/// captures, which does the items from begin to end; items do not touch one another's results.
template <class Problem, class Body>
Kernel plainKernel(std::string_view family, const Problem& problem, Placed operands, Cut items,
                   Body) {
    struct Bound {
        Problem problem;
        Cut items;
    };
    const auto runAs = []<class T>(const void* bound, void* const* at, int64_t part) {
        const Bound& b = *static_cast<const Bound*>(bound);
        Body{}.template operator()<T>(b.problem, Operands(at), b.items.begin(part),
                                      b.items.end(part));
    };
    using RunAs = decltype(runAs);
    Kernel kernel = bindReference(
        family, Bound{problem, items}, operands,
        [](const void* bound, void* const* at, void*, int, int64_t part) {
            RunAs{}.template operator()<float>(bound, at, part);
        },
        [](const void* bound, void* const* at, void*, int, int64_t part) {
            RunAs{}.template operator()<double>(bound, at, part);
        });
    kernel.parts[0] = items.parts;
    return kernel;
}

}  // namespace vitrine::kernels::reference
