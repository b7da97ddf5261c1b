// SPDX-License-Identifier: Apache-2.0
// Finds the pool by the index that both passes share.
#include "core/exec/pool_gate.h"

#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

constexpr size_t indexPort = 1, maximaPort = 0;

bool isGatedMaximum(const Instr& instr) {
    return instr.op->id == "max_pool_backward" && instr.epilogue.size() == 1 &&
           instr.epilogue[0].op->id == "relu_gate" && instr.epilogue[0].added == 1 &&
           instr.sums.empty();
}

}  // namespace

Instr gatedByMaxima(const Program& program, Instr fused) {
    if (!isGatedMaximum(fused)) return fused;
    const int maker = program.value(fused.in[indexPort]).definedBy;
    if (maker < 0) return fused;
    const Instr& pool = program.instrs[static_cast<size_t>(maker)];
    ValueId& gate = fused.in.back();
    const bool isOfIt = pool.in.size() == 1 && pool.in[0] == gate && pool.out.size() == 2;
    // Of one size the two would not be told apart, and nothing would be gained.
    if (isOfIt && program.value(pool.out[maximaPort]).shape != program.value(gate).shape)
        gate = pool.out[maximaPort];
    return fused;
}

}  // namespace vitrine
