// SPDX-License-Identifier: Apache-2.0
// The kernels of a typed program's instructions.
#pragma once

#include "core/exec/layout_pass.h"
#include "kernels/api/kernel.h"

namespace vitrine {

/// The one that runs an instruction; without a function for views, and on devices.
kernels::Kernel boundKernel(const TypedProgram& typed, size_t instr);
/// Estimated, on one core, from shapes and instruction set alone.
double secondsOf(const TypedProgram& typed, size_t instr);

}  // namespace vitrine
