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
    part.sums.clear();
    part.in.resize(instr.in.size() - foldedOperands(instr) + foldedOperands(part));
    part.out = {hidden};
    return part;
}

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

std::vector<TensorType> typesOf(const Tape& tape, const std::vector<ValueId>& values) {
    std::vector<TensorType> types;
    for (ValueId v : values) types.push_back(v == noValue ? TensorType() : tape.value(v).type);
    return types;
}

/// The entry that has packed a weight and could do so again: the weight is still what it was.
const TapeEntry* packerOf(const Tape& tape, ValueId value, int entry) {
    if (tape.value(value).type.layout.kind != LayoutKind::Packed) return nullptr;
    const int maker = definingEntry(tape, value);
    if (maker < 0 || maker >= entry) return nullptr;
    const TapeEntry& packer = entryAt(tape, maker);
    return isAlive(tape, packer.instr.in[0], entry) ? &packer : nullptr;
}

/// Pieces of one block of memory, one after the other.
class Pieces {
  public:
    explicit Pieces(std::byte* start) : m_next(start) {}
    std::byte* take(int64_t bytes) {
        std::byte* const piece = m_next;
        m_next += aligned(bytes);
        return piece;
    }

  private:
    std::byte* m_next;
};

}  // namespace

bool canRecompute(const Tape& tape, ValueId value, int entry) {
    const int place = fusingEntry(tape, value);
    if (place < 0 || place >= entry) return false;
    const Instr alone = upTo(entryAt(tape, place).instr, value);
    return std::ranges::all_of(alone.operands(), [&](ValueId operand) {
        return isAlive(tape, operand, entry) || packerOf(tape, operand, entry);
    });
}

Result<RecomputedValue> recomputeFused(const Tape& tape, const Memory& memory, ValueId value,
                                       int entry, Team& team) {
    const Instr alone = upTo(entryAt(tape, fusingEntry(tape, value)).instr, value);
    const std::vector<TensorType> in = typesOf(tape, alone.in), out = typesOf(tape, alone.out);
    kernels::Call call = callOf(alone, in, out);
    call.algorithm = entryAt(tape, fusingEntry(tape, value)).algorithm;
    const kernels::Kernel kernel = kernels::bind(call);
    const auto isGone = [&](ValueId operand) { return !isAlive(tape, operand, entry); };
    VITRINE_TRY(team.reserveScratch(kernel.scratchBytes));
    int64_t bytes = aligned(kernel.workspaceBytes);
    for (const TensorType& type : out) bytes += aligned(type.storageBytes());
    for (ValueId operand : alone.operands())
        if (isGone(operand)) bytes += aligned(tape.value(operand).type.storageBytes());
    auto arena = Arena::allocate(bytes);
    if (!arena) return arena.error();
    RecomputedValue result{std::move(arena).value()};
    VITRINE_CHECK(memory.host(), "tapes of devices have nothing fused");

    // Operands and results stand in one list: what a kernel only reads is not const there.
    const auto placeOf = [&](ValueId operand) {
        const TensorType& type = tape.value(operand).type;
        return const_cast<std::byte*>(memory.host()) + tape.offsetOf(operand) +
               type.offset * sizeOf(type.dtype);
    };
    Pieces pieces(result.arena.data());
    std::vector<void*> operands, results;
    for (const TensorType& type : out) results.push_back(pieces.take(type.storageBytes()));
    for (ValueId operand : alone.operands()) {
        if (!isGone(operand)) {
            operands.push_back(placeOf(operand));
            continue;
        }
        const TapeEntry* const packer = packerOf(tape, operand, entry);
        VITRINE_CHECK(packer, "what a fused value is made of is there");
        operands.push_back(pieces.take(tape.value(operand).type.storageBytes()));
        void* const copy[] = {placeOf(packer->instr.in[0]), operands.back()};
        team.run(packer->kernel, copy, nullptr);
    }
    operands.insert(operands.end(), results.begin(), results.end());
    team.run(kernel, operands.data(),
             kernel.workspaceBytes > 0 ? pieces.take(kernel.workspaceBytes) : nullptr);
    return result;
}

}  // namespace vitrine
