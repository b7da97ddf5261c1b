// SPDX-License-Identifier: Apache-2.0
// Layout copies of four-byte elements, sixteen by sixteen.
#pragma once

#include "kernels/api/copy.h"

namespace vitrine::kernels::cpu {

Kernel reorder(const ReorderProblem& problem);

}  // namespace vitrine::kernels::cpu
