// SPDX-License-Identifier: Apache-2.0
// Operands that repeat are read as they are.
#pragma once

#include "core/ir/program.h"

namespace vitrine {

/// Builders expand operands that repeat to the shape of the result. Where kernels repeat them by
/// themselves, an instruction reads what its own node has expanded, so that this may lie as it
/// does, and the view may go.
void readThroughRepeats(Program& program);

}  // namespace vitrine
