// SPDX-License-Identifier: Apache-2.0
// The side program: one entry, up to where it has given the value.
#include "core/exec/fused_value.h"

#include <algorithm>

#include "core/exec/kernel_call.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"

namespace vitrine {

namespace {

const TapeEntry& entryAt(const Tape& tape, int entry) {
    return tape.entries[static_cast<size_t>(entry)];
}

/// The entry's instruction up to where it has given `hidden`.
Instr upTo(const Instr& instr, ValueId hidden) {
    const auto next = std::ranges::find(instr.epilogue, hidden, &FusedOp::hidden);
    Instr part = instr;
    part.epilogue.resize(static_cast<size_t>(next - instr.epilogue.begin()));
    part.in.resize(instr.in.size() - foldedOperands(instr) + foldedOperands(part));
    part.out[0] = hidden;
    return part;
}

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

std::vector<TensorType> typesOf(const Tape& tape, const std::vector<ValueId>& values) {
    std::vector<TensorType> types;
    for (ValueId v : values) types.push_back(v == noValue ? TensorType() : tape.value(v).type);
    return types;
}

}  // namespace

bool canRecompute(const Tape& tape, ValueId value, int entry) {
    const int place = fusingEntry(tape, value);
    if (place < 0 || place >= entry) return false;
    const Instr alone = upTo(entryAt(tape, place).instr, value);
    return std::ranges::all_of(alone.operands(),
                               [&](ValueId operand) { return isAlive(tape, operand, entry); });
}

Result<RecomputedValue> recomputeFused(const Tape& tape, const std::byte* arena, ValueId value,
                                       Team& team) {
    const Instr alone = upTo(entryAt(tape, fusingEntry(tape, value)).instr, value);
    const std::vector<TensorType> in = typesOf(tape, alone.in), out = typesOf(tape, alone.out);
    const kernels::Kernel kernel = kernels::bind(callOf(alone, in, out));
    int64_t bytes = aligned(kernel.workspaceBytes);
    for (const TensorType& type : out) bytes += aligned(type.storageBytes());
    auto memory = Arena::allocate(bytes);
    if (!memory) return memory.error();
    RecomputedValue result{std::move(memory).value()};

    std::vector<void*> operands;
    for (size_t k = 0; k < alone.in.size(); ++k) {
        if (alone.in[k] == noValue) continue;
        // Operands and results stand in one list: what a kernel only reads is not const there.
        operands.push_back(const_cast<std::byte*>(arena) + tape.offsetOf(alone.in[k]) +
                           in[k].offset * sizeOf(in[k].dtype));
    }
    std::byte* next = result.memory.data();
    for (const TensorType& type : out) {
        operands.push_back(next);
        next += aligned(type.storageBytes());
    }
    team.run(kernel, operands.data(), kernel.workspaceBytes > 0 ? next : nullptr);
    return result;
}

}  // namespace vitrine
