// SPDX-License-Identifier: Apache-2.0
// Chooses one of the kernels' offers for every instruction: least estimated time, reorders between
// neighbours and the packing of weights included.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/exec/kernel_call.h"
#include "core/ir/program.h"

namespace vitrine {

/// Why a kernel was taken, and why each other way was not: what the tape keeps of a choice.
struct KernelReasons {
    struct Way {
        std::string name;
        double seconds = 0;  ///< estimated
    };
    std::vector<Way> ways;
    size_t taken = 0;
    std::vector<kernels::Refusal> refused;
    std::string_view reason = {};  ///< where nobody chose

    /// In a line; empty for views.
    std::string whyTaken() const;
    std::vector<std::string> whyNotOthers() const;
};

/// What an instruction asks of kernels, and which of their offers it takes.
struct KernelChoice {
    kernels::Call call;                  ///< nothing in it counts for views
    std::vector<kernels::Offer> offers;  ///< at least one
    size_t taken = 0;
    std::vector<kernels::Refusal> refused;
    std::string_view reason = {};  ///< why it is there, for one that no search saw; static text

    const kernels::Offer& offer() const { return offers[taken]; }
    KernelReasons reasons() const;
};

/// One for each instruction. The estimate depends on shapes and the instruction set only, never on
/// timing. `rowMajorOnly`: everything stays row-major.
std::vector<KernelChoice> chooseKernels(const Program& program, bool rowMajorOnly);

}  // namespace vitrine
