// SPDX-License-Identifier: Apache-2.0
// Which operands of an instruction follow its layout.
#include "core/opdef/descriptor.h"

namespace vitrine {

size_t foldedOperands(const Instr& instr) {
    size_t folded = 0;
    for (const FusedOp& fused : instr.epilogue) folded += fused.op->inputs.size() - 1;
    return folded;
}

bool isImageOperand(const Instr& instr, size_t k) {
    if (k >= instr.in.size() - foldedOperands(instr)) return true;
    const auto& ports = instr.op->inputs;
    return ports[std::min(k, ports.size() - 1)].image;
}

}  // namespace vitrine
