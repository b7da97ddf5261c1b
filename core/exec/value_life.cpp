// SPDX-License-Identifier: Apache-2.0
// Whether a value is in memory, worked out from the tape and its plan alone.
#include <fmt/format.h>

#include <algorithm>

#include "core/exec/tape_places.h"
#include "core/exec/value_reader.h"

namespace vitrine {

std::string valueText(const Tape& tape, ValueId value) {
    const std::string& name = tape.value(value).name;
    return name.empty() ? fmt::format("value {}", value) : fmt::format("'{}'", name);
}

std::string entryText(const Tape& tape, int entry) {
    return fmt::format("entry {} ({})", entry,
                       tape.entries[static_cast<size_t>(entry)].instr.op->id);
}

namespace {

std::string whyWithoutMemory(const Tape& tape, ValueId value) {
    for (const TapeEntry& entry : tape.entries)
        for (const FusedOp& load : entry.instr.loads)
            if (load.hidden == value)
                return fmt::format(
                    "{} never reaches memory: whatever reads it makes it anew while it loads {}.",
                    valueText(tape, value),
                    valueText(tape, entry.instr.in[static_cast<size_t>(load.at)]));
    for (size_t i = 0; i < tape.entries.size(); ++i)
        for (const FusedOp& fused : tape.entries[i].instr.epilogue)
            if (fused.hidden == value)
                return fmt::format(
                    "{} never reaches memory: {} is fused with the {} that reads it, and keeps "
                    "only "
                    "the result, {}.",
                    valueText(tape, value), entryText(tape, static_cast<int>(i)), fused.op->id,
                    valueText(tape, tape.entries[i].instr.out[0]));
    for (const Instr& instr : tape.loaded)
        if (std::ranges::find(instr.out, value) != instr.out.end())
            return fmt::format(
                "{} never reaches memory: what reads it reads what it is put together of.",
                valueText(tape, value));
    return fmt::format("{} is not computed: nothing in this step needs it.",
                       valueText(tape, value));
}

/// A later value of the same storage that has been written over `value`, or noValue.
ValueId writtenOver(const Tape& tape, const TapeStorage& storage, ValueId value, int entry) {
    const auto self = std::find(storage.values.begin(), storage.values.end(), value);
    for (auto later = self + 1; self != storage.values.end() && later != storage.values.end();
         ++later)
        if (!tape.value(*later).isView && definingEntry(tape, *later) < entry) return *later;
    return noValue;
}

bool overlapInMemory(const MemoryBlock& a, const MemoryBlock& b) {
    return a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}

/// The storage that took over memory of `storage` last before `entry`, or null. Blocks that share
/// addresses never share time: another one either ended before this one began or starts after it.
const TapeStorage* successor(const Tape& tape, const TapeStorage& storage, int entry) {
    const TapeStorage* found = nullptr;
    if (storage.isState) return found;
    for (const TapeStorage& other : tape.storages) {
        if (other.isState || !overlapInMemory(storage.block, other.block)) continue;
        if (other.block.first <= storage.block.last || other.block.first >= entry) continue;
        if (!found || other.block.first > found->block.first) found = &other;
    }
    return found;
}

std::string whyGivenOn(const Tape& tape, ValueId value, const TapeStorage& storage,
                       const TapeStorage& next) {
    const std::string taken = next.isWorkspace ? "has used its memory as working space"
                                               : fmt::format("has put {} into its memory",
                                                             valueText(tape, next.values[0]));
    return fmt::format("{} is no longer there: it was last needed by {}, and {} {}.",
                       valueText(tape, value), entryText(tape, storage.block.last),
                       entryText(tape, next.block.first), taken);
}

std::string whyWrittenOver(const Tape& tape, ValueId value, ValueId later) {
    return fmt::format("{} is no longer there: {} wrote {} over it.", valueText(tape, value),
                       entryText(tape, definingEntry(tape, later)), valueText(tape, later));
}

std::string whySliced(const Tape& tape, ValueId value, const TapeStorage& storage) {
    return fmt::format(
        "{} is no longer there: {} was the last that needed it, and what makes it and what reads "
        "it run together, some images at a time, which take turns in its memory.",
        valueText(tape, value), entryText(tape, storage.slicedUntil - 1));
}

/// Why a value is not there; empty where it is.
std::string whyAbsent(const Tape& tape, ValueId value, int entry) {
    if (value < 0 || static_cast<size_t>(value) >= tape.values.size())
        return fmt::format("The network has no value {}.", value);
    if (tape.value(value).storage < 0) return whyWithoutMemory(tape, value);
    const int made = definingEntry(tape, value);
    if (made >= entry)
        return fmt::format("{} is not there yet: {} makes it.", valueText(tape, value),
                           entryText(tape, made));
    const TapeStorage& storage = tape.storages[static_cast<size_t>(tape.value(value).storage)];
    if (storage.slicedUntil > 0 && entry > storage.slicedUntil)
        return whySliced(tape, value, storage);
    const ValueId later = writtenOver(tape, storage, value, entry);
    if (later != noValue) return whyWrittenOver(tape, value, later);
    if (const TapeStorage* next = successor(tape, storage, entry))
        return whyGivenOn(tape, value, storage, *next);
    return {};
}

}  // namespace

bool isAlive(const Tape& tape, ValueId value, int entry, std::string* reason) {
    std::string why = whyAbsent(tape, value, entry);
    const bool alive = why.empty();
    if (reason) *reason = std::move(why);
    return alive;
}

ValueId aliveCopy(const Tape& tape, ValueId value, int entry) {
    if (isAlive(tape, value, entry)) return value;
    for (size_t v = 0; v < tape.values.size(); ++v)
        if (tape.values[v].recomputes == value && value != noValue)
            if (const auto copy = static_cast<ValueId>(v); isAlive(tape, copy, entry)) return copy;
    return noValue;
}

}  // namespace vitrine
