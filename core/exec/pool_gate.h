// SPDX-License-Identifier: Apache-2.0
// Gradients that go back through a maximum and the ReLU before it.
#pragma once

#include "core/ir/program.h"

namespace vitrine {

/// Of a max pool's backward instruction with a ReLU's gate fused in: it looks at the maxima, which
/// the next layer keeps anyway, and no longer at what they were taken of. The same bits:
/// relu_gate(max_pool_backward(d, index), x) = max_pool_backward(relu_gate(d, max_pool(x)), index),
/// since d goes to no element but the maximum. So the larger of the two need not be kept until
/// then. Any other instruction comes back as it is.
Instr gatedByMaxima(const Program& program, Instr fused);

}  // namespace vitrine
