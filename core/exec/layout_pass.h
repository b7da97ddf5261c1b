// SPDX-License-Identifier: Apache-2.0
// The layout pass: gives every value a physical type and places reorders and copies where layouts
// meet.
#pragma once

#include <vector>

#include "core/opdef/program.h"
#include "core/tensor/layout.h"

namespace vitrine {

/// A Program whose values have physical types. Reorders and copies stand in it as instructions.
struct TypedProgram {
    Program program;
    std::vector<TensorType> types;  ///< by value
};

/// `referenceOnly`: everything stays row-major, which selects the reference kernels.
TypedProgram assignLayouts(const Program& program, bool referenceOnly);

}  // namespace vitrine
