// SPDX-License-Identifier: Apache-2.0
// Puts a problem and the function that runs it together into a Kernel.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

constexpr std::string_view layoutName(Layout layout) {
    switch (layout) {
        case Layout::RowMajor:
            return "row-major";
        case Layout::Lanes:
            return "lanes";
        case Layout::Blocked:
            return "blocked";
        case Layout::Packed:
            return "packed";
    }
    return "?";
}

/// A kernel of one phase with one part and no workspace; the caller widens what it needs.
/// `problem` may be any type that `run` expects behind its first argument.
template <class Problem>
Kernel bindKernel(std::string name, Problem problem, Kernel::Run run) {
    Kernel kernel;
    kernel.name = std::move(name);
    kernel.problem = std::make_shared<const Problem>(std::move(problem));
    kernel.run = run;
    return kernel;
}

/// Where the operands of a call lie that the plain loops are asked for, and as what.
struct Placed {
    Layout layout = Layout::RowMajor;
    DType dtype = DType::F32;
};
inline Placed placed(const Operand& operand) { return {operand.layout, operand.dtype}; }

/// The plain loops of `family` in the operands' element type. They know row-major operands of f32
/// and f64 only: for others the kernel has no function, and `refused` says why.
template <class Problem>
Kernel bindReference(std::string_view family, const Problem& problem, Placed operands,
                     Kernel::Run float32, Kernel::Run float64) {
    const std::string name(family), type(vitrine::name(operands.dtype));
    std::string refusal;
    if (operands.layout != Layout::RowMajor)
        refusal = "wants row-major, got " + std::string(layoutName(operands.layout));
    else if (operands.dtype != DType::F32 && operands.dtype != DType::F64)
        refusal = "wants f32 or f64, got " + type;
    else
        return bindKernel(name + " row-major reference " + type, problem,
                          operands.dtype == DType::F64 ? float64 : float32);
    Kernel none = bindKernel(name + " none", problem, nullptr);
    none.refused.push_back("reference: " + refusal);
    return none;
}

}  // namespace vitrine::kernels
