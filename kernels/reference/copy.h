// SPDX-License-Identifier: Apache-2.0
// Layout copies element by element, for every pair of layouts, and packing: these define "correct".
#pragma once

#include "kernels/api/copy.h"

namespace vitrine::kernels::reference {

Kernel reorder(const ReorderProblem& problem);
Kernel pack(const PackProblem& problem);

}  // namespace vitrine::kernels::reference
