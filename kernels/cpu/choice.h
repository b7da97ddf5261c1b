// SPDX-License-Identifier: Apache-2.0
// What a per-instruction-set chooser gives back, and the Kernel made from it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "kernels/dispatch/bind.h"

namespace vitrine::kernels::cpu {

/// A function compiled for one instruction set.
struct Choice {
    Kernel::Run run = nullptr;
    const char* instructionSet = "";
};

/// `relu lanes vector AVX2`, one phase of `parts` parts.
template <class Bound>
Kernel bindVector(std::string_view family, Layout layout, Bound bound, Choice choice,
                  int64_t parts) {
    std::string name(family);
    name.append(" ").append(layoutName(layout)).append(" vector ").append(choice.instructionSet);
    Kernel kernel = bindKernel(std::move(name), std::move(bound), choice.run);
    kernel.parts[0] = parts;
    return kernel;
}

}  // namespace vitrine::kernels::cpu
