// SPDX-License-Identifier: Apache-2.0
// Packing of weights of four-byte elements.
#pragma once

#include "kernels/api/copy.h"

namespace vitrine::kernels::cpu {

/// A part for each band.
Kernel pack(const PackProblem& problem);

}  // namespace vitrine::kernels::cpu
