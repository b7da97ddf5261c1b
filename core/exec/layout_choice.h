// SPDX-License-Identifier: Apache-2.0
// Chooses a layout for every instruction: least estimated time, reorders between neighbours
// included.
#pragma once

#include <vector>

#include "core/opdef/program.h"
#include "core/tensor/layout.h"

namespace vitrine {

/// One LayoutKind per instruction. The estimate depends on shapes and the instruction set only,
/// never on timing.
std::vector<LayoutKind> chooseLayouts(const Program& program);

}  // namespace vitrine
