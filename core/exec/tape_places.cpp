// SPDX-License-Identifier: Apache-2.0
// Walks over the entries of a tape.
#include "core/exec/tape_places.h"

#include <algorithm>

#include "core/exec/kernel_call.h"

namespace vitrine {

namespace {

bool makes(const Instr& instr, ValueId value) {
    return std::find(instr.out.begin(), instr.out.end(), value) != instr.out.end();
}

bool hides(const Instr& instr, ValueId value) {
    const auto isIt = [=](const FusedOp& fused) { return fused.hidden == value; };
    return std::ranges::any_of(instr.epilogue, isIt) || std::ranges::any_of(instr.loads, isIt);
}

int firstWhere(const Tape& tape, ValueId value, bool (*holds)(const Instr&, ValueId)) {
    for (size_t i = 0; i < tape.entries.size(); ++i)
        if (holds(tape.entries[i].instr, value)) return static_cast<int>(i);
    return -1;
}

/// What would make a value if somebody needed it in one piece; null where there is no such
/// instruction.
const Instr* neverRun(const Tape& tape, ValueId value) {
    const auto found =
        std::ranges::find_if(tape.loaded, [=](const Instr& instr) { return makes(instr, value); });
    return found == tape.loaded.end() ? nullptr : &*found;
}

/// The first entry that reads an operand of an instruction when all of them are there.
int firstReader(const Tape& tape, const Instr& instr) {
    int last = -1;
    for (ValueId v : instr.operands()) last = std::max(last, firstWhere(tape, v, makes));
    for (size_t i = static_cast<size_t>(last + 1); i < tape.entries.size(); ++i)
        for (ValueId v : tape.entries[i].instr.operands())
            if (std::ranges::find(instr.in, v) != instr.in.end()) return static_cast<int>(i);
    return -1;
}

}  // namespace

int definingEntry(const Tape& tape, ValueId value) { return firstWhere(tape, value, makes); }

int fusingEntry(const Tape& tape, ValueId value) {
    const int inside = firstWhere(tape, value, hides);
    const Instr* const never = inside < 0 ? neverRun(tape, value) : nullptr;
    return never ? firstReader(tape, *never) : inside;
}

std::vector<std::string> originsOf(const Tape& tape, ValueId value) {
    const int inside = firstWhere(tape, value, hides);
    if (const Instr* const never = inside < 0 ? neverRun(tape, value) : nullptr)
        return originsIn(*never, value);
    const int entry = inside >= 0 ? inside : definingEntry(tape, value);
    if (entry < 0) return {};
    return originsIn(tape.entries[static_cast<size_t>(entry)].instr, value);
}

std::vector<std::string> recomputedNodes(const Tape& tape) {
    std::vector<std::string> nodes;
    for (const TapeEntry& entry : tape.entries) {
        if (!entry.again || entry.instr.op->isView()) continue;
        const std::vector<std::string> origins = originsOf(tape, entry.instr.out[0]);
        if (!origins.empty() && std::ranges::find(nodes, origins.back()) == nodes.end())
            nodes.push_back(origins.back());
    }
    return nodes;
}

std::vector<std::string> originsIn(const Instr& instr, ValueId value) {
    if (instr.foldedCount() == 0) return instr.origins;
    const auto result = std::ranges::find(instr.out, value);
    if (result != instr.out.end() && endsInPool(instr)) return instr.epilogue.back().origins;
    if (auto number = result - instr.out.begin(); number > 0 && result != instr.out.end())
        for (const FusedOp& sum : instr.sums) {
            number -= std::ssize(sum.op->outputs);
            if (number <= 0) return sum.origins;
        }
    const auto load = std::ranges::find(instr.loads, value, &FusedOp::hidden);
    if (load != instr.loads.end()) return load->origins;
    const auto next = std::ranges::find(instr.epilogue, value, &FusedOp::hidden);
    if (next != instr.epilogue.begin()) return std::prev(next)->origins;
    std::vector<std::string> own = instr.origins;
    for (size_t k = 0; k < instr.foldedCount(); ++k)
        std::erase_if(own, [&](const std::string& origin) {
            const std::vector<std::string>& others = instr.folded(k).origins;
            return std::ranges::find(others, origin) != others.end();
        });
    return own.empty() ? instr.folded(0).origins : own;
}

}  // namespace vitrine
