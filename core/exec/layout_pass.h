// SPDX-License-Identifier: Apache-2.0
// The layout pass: gives every value a physical type and places reorders, packing and copies where
// layouts meet.
#pragma once

#include <vector>

#include "core/exec/kernel_choice.h"
#include "core/ir/program.h"
#include "core/tensor/layout.h"

namespace vitrine {

/// A Program whose values have physical types and whose instructions have kernels. Reorders,
/// packing and copies stand in it as instructions.
struct TypedProgram {
    Program program;
    std::vector<TensorType> types;      ///< by value
    std::vector<KernelChoice> choices;  ///< by instruction
    /// So many instructions at the start depend on nothing but states that the program does not
    /// change.
    size_t unchanging = 0;
    /// By value, for those that a pass added: the value whose contents it makes once more. Shorter
    /// where none was added.
    std::vector<ValueId> recomputes = {};
    Device* device = nullptr;  ///< whose kernels run; null: the CPU's

    ValueId recomputedBy(ValueId v) const {
        const auto at = static_cast<size_t>(v);
        return at < recomputes.size() ? recomputes[at] : noValue;
    }
};

/// Types for a program with a choice for each instruction.
TypedProgram assignLayouts(Program program, std::vector<KernelChoice> choices);

/// The choice for an instruction that no search saw, and why it is there.
KernelChoice onlyChoice(const Instr& instr, const TensorType& in, const TensorType& out,
                        std::string_view reason);

}  // namespace vitrine
