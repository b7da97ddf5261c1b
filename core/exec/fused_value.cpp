// SPDX-License-Identifier: Apache-2.0
// The side program: one entry, up to where it has given the value.
#include "core/exec/fused_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "core/device/device_memory.h"
#include "core/exec/kernel_call.h"
#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"

namespace vitrine {

namespace {

const TapeEntry& entryAt(const Tape& tape, int entry) {
    return tape.entries[static_cast<size_t>(entry)];
}

/// An instruction without the operands that nothing of it reads any more, and their loads.
Instr narrowed(Instr instr, size_t own) {
    std::vector<char> isRead(instr.in.size(), 0);
    std::fill_n(isRead.begin(), own, 1);
    const auto markReads = [&](const FusedOp& step) {
        for (int place : step.reads)
            if (place != FusedOp::soFar) isRead[static_cast<size_t>(place)] = 1;
    };
    std::ranges::for_each(instr.epilogue, markReads);
    size_t others = own;
    for (const FusedOp& step : instr.epilogue) others += static_cast<size_t>(step.added);
    std::vector<FusedOp> loads;
    for (const FusedOp& load : std::views::reverse(instr.loads)) {
        if (!isRead[static_cast<size_t>(load.at)]) continue;
        markReads(load);
        loads.insert(loads.begin(), load);
        loads.front().added = 0;
    }
    std::vector<int> newPlace(instr.in.size(), 0);
    std::vector<ValueId> in;
    for (size_t k = 0; k < instr.in.size(); ++k) {
        if (!isRead[k]) continue;
        newPlace[k] = static_cast<int>(in.size());
        in.push_back(instr.in[k]);
    }
    for (FusedOp& load : loads) {
        load.at = newPlace[static_cast<size_t>(load.at)];
        for (int& place : load.reads)
            if (place != FusedOp::soFar) place = newPlace[static_cast<size_t>(place)];
    }
    if (!loads.empty()) loads.front().added = static_cast<int>(in.size() - others);
    instr.in = std::move(in);
    instr.loads = std::move(loads);
    return instr;
}

/// An instruction up to where it has given `value`: its result, or one that its epilogue hides.
Instr upTo(const Instr& instr, ValueId value) {
    const auto next = std::ranges::find(instr.epilogue, value, &FusedOp::hidden);
    Instr part = instr;
    part.epilogue.resize(static_cast<size_t>(next - instr.epilogue.begin()));
    part.sums.clear();
    part.out = {value};
    return narrowed(std::move(part), instr.in.size() - foldedOperands(instr));
}

bool gives(const Instr& instr, ValueId value) {
    return instr.out[0] == value ||
           std::ranges::find(instr.epilogue, value, &FusedOp::hidden) != instr.epilogue.end();
}

/// The instruction that a value was part of: one that runs in loads, or that of an entry.
const Instr& makerOf(const Tape& tape, ValueId value) {
    const auto loaded =
        std::ranges::find_if(tape.loaded, [&](const Instr& instr) { return gives(instr, value); });
    return loaded != tape.loaded.end() ? *loaded : entryAt(tape, fusingEntry(tape, value)).instr;
}

/// Its own algorithm, or any where it is pointwise.
kernels::Algorithm algorithmOf(const Tape& tape, ValueId value) {
    const TapeEntry& entry = entryAt(tape, fusingEntry(tape, value));
    return &makerOf(tape, value) == &entry.instr ? entry.algorithm : kernels::Algorithm::Direct;
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

Result<RecomputedValue> recomputeOnHost(const Tape& tape, const Memory& memory, const Instr& alone,
                                        kernels::Call call, int entry, Team& team) {
    const std::vector<TensorType> out = typesOf(tape, alone.out);
    const kernels::Kernel kernel = boundTo(alone, std::move(call));
    const auto isGone = [&](ValueId operand) { return !isAlive(tape, operand, entry); };
    VITRINE_TRY(team.reserveScratch(kernel.scratchBytes));
    int64_t bytes = aligned(kernel.workspaceBytes);
    for (const TensorType& type : out) bytes += aligned(type.storageBytes());
    for (ValueId operand : alone.operands())
        if (isGone(operand)) bytes += aligned(tape.value(operand).type.storageBytes());
    auto arena = Arena::allocate(bytes);
    if (!arena) return arena.error();
    RecomputedValue result{std::move(arena).value()};
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

/// By the device's kernel, so that it has the bits that the entry had: from the operands where they
/// lie, into memory of its own, and from there to the host.
Result<RecomputedValue> recomputeOnDevice(const Tape& tape, const DeviceMemory& memory,
                                          const Instr& alone, const kernels::Call& call) {
    Device& device = memory.device();
    const auto kernel = device.bind(call, kernels::deviceAlignment / 4);
    if (!kernel) return kernel.error();
    if (!kernel->launch) {
        Error error;
        error.code = "H05";
        error.message = fmt::format("{} has no kernel that gives {} alone", device.info().name,
                                    valueText(tape, alone.out[0]));
        return error;
    }
    const TensorType& type = tape.value(alone.out[0]).type;
    const int64_t bytes = type.storageBytes();
    constexpr int64_t step = kernels::deviceAlignment;
    const int64_t workspaceAt = (bytes + step - 1) / step * step;
    auto made = DeviceMemory::allocate(device, workspaceAt + kernel->workspaceBytes + step);
    if (!made) return made.error();
    std::vector<void*> operands;
    for (ValueId operand : alone.operands()) {
        const TensorType& of = tape.value(operand).type;
        operands.push_back(memory.address(tape.offsetOf(operand) + bytesOf(of.dtype, of.offset)));
    }
    operands.push_back((*made)->address(0));
    VITRINE_TRY(device.launch(*kernel, operands.data(), (*made)->address(workspaceAt)));
    auto arena = Arena::allocate(bytes);
    if (!arena) return arena.error();
    RecomputedValue result{std::move(arena).value()};
    VITRINE_TRY((*made)->read(0, {result.arena.data(), static_cast<size_t>(bytes)}));
    return result;
}

}  // namespace

bool canRecompute(const Tape& tape, ValueId value, int entry) {
    const int place = fusingEntry(tape, value);
    if (place < 0 || place >= entry) return false;
    const Instr alone = upTo(makerOf(tape, value), value);
    return std::ranges::all_of(alone.operands(), [&](ValueId operand) {
        return isAlive(tape, operand, entry) || packerOf(tape, operand, entry);
    });
}

Result<RecomputedValue> recomputeFused(const Tape& tape, const Memory& memory, ValueId value,
                                       int entry, Team& team) {
    const Instr alone = upTo(makerOf(tape, value), value);
    const std::vector<TensorType> in = typesOf(tape, alone.in), out = typesOf(tape, alone.out);
    kernels::Call call = callOf(alone, in, out);
    call.algorithm = algorithmOf(tape, value);
    if (!memory.host())
        return recomputeOnDevice(tape, static_cast<const DeviceMemory&>(memory), alone, call);
    return recomputeOnHost(tape, memory, alone, call, entry, team);
}

}  // namespace vitrine
