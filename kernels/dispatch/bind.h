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

/// The plain loops of `family` for the problem's precision. They know row-major operands only: for
/// other layouts the kernel has no function, and `refused` says why.
template <class Problem>
Kernel bindReference(std::string_view family, const Problem& problem, Layout layout,
                     Kernel::Run float32, Kernel::Run float64) {
    const bool isDouble = problem.precision == Precision::F64;
    const std::string name(family);
    if (layout == Layout::RowMajor)
        return bindKernel(name + " row-major reference " + (isDouble ? "f64" : "f32"), problem,
                          isDouble ? float64 : float32);
    Kernel none = bindKernel(name + " none", problem, nullptr);
    none.refused.push_back("reference: wants row-major, got " + std::string(layoutName(layout)));
    return none;
}

}  // namespace vitrine::kernels
