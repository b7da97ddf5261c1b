// SPDX-License-Identifier: Apache-2.0
// The order of a step's instructions: what is read late is made late.
#pragma once

#include "core/exec/layout_pass.h"

namespace vitrine {

/// Moves instructions of the backward phase to right in front of the first that reads them, or to
/// the phase's end where later phases do, where their results take at least the memory of the
/// operands that have to wait for it. Then results take the place of operands more often, gradients
/// of a layer are not kept in two forms, and those of large weights not all the way.
void orderLate(TypedProgram& typed);

}  // namespace vitrine
