// SPDX-License-Identifier: Apache-2.0
// Chooses one of the kernels' offers for every instruction: least estimated time, reorders between
// neighbours included.
#pragma once

#include <string>
#include <vector>

#include "core/exec/kernel_call.h"
#include "core/opdef/program.h"

namespace vitrine {

/// What an instruction asks of kernels, and which of their offers it takes.
struct KernelChoice {
    kernels::Call call;                  ///< nothing in it counts for views
    std::vector<kernels::Offer> offers;  ///< at least one
    size_t taken = 0;
    std::vector<std::string> refused;  ///< ways that kernels do not go, and why
    std::string reason;                ///< where nobody chose

    const kernels::Offer& offer() const { return offers[taken]; }
    /// Why the offer was taken, in a line, and why each other way was not.
    std::string whyTaken() const;
    std::vector<std::string> whyNotOthers() const;
};

/// One for each instruction. The estimate depends on shapes and the instruction set only, never on
/// timing. `rowMajorOnly`: everything stays row-major.
std::vector<KernelChoice> chooseKernels(const Program& program, bool rowMajorOnly);

}  // namespace vitrine
