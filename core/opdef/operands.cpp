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
    const size_t own = instr.in.size() - foldedOperands(instr);
    return k >= own || portOf(instr.op->inputs, own, k).image;
}

bool readsStrides(const Instr& instr, size_t k) {
    const size_t own = instr.in.size() - foldedOperands(instr);
    return k < own && portOf(instr.op->inputs, own, k).strided;
}

}  // namespace vitrine
