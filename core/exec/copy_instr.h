// SPDX-License-Identifier: Apache-2.0
// The instruction that passes add where a value is to lie otherwise than its maker leaves it.
#pragma once

#include <string>
#include <string_view>

#include "core/exec/layout_pass.h"

namespace vitrine {

struct CopyWish {
    TensorType target;        ///< how the copy lies
    const char* op = "";      ///< `reorder`, `contiguous`, `pack`, …
    std::string suffix;       ///< of the copy's name
    std::string_view reason;  ///< why it is there, for people
    /// Whose nodes and phase it is told with; null: those of whoever makes the value.
    const Instr* reader = nullptr;
};

/// A new value with the contents of `v`, made by an instruction that is appended to the program.
ValueId appendCopy(TypedProgram& typed, ValueId v, const CopyWish& wish);

}  // namespace vitrine
