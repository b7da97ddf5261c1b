// SPDX-License-Identifier: Apache-2.0
// Layout copies element by element, for every pair of layouts: these define "correct".
#pragma once

#include "kernels/api/copy.h"

namespace vitrine::kernels::reference {

Kernel reorder(const ReorderProblem& problem);

}  // namespace vitrine::kernels::reference
