// SPDX-License-Identifier: Apache-2.0
// Walks over the entries of a tape.
#include "core/exec/tape_places.h"

#include <algorithm>

namespace vitrine {

namespace {

bool makes(const Instr& instr, ValueId value) {
    return std::find(instr.out.begin(), instr.out.end(), value) != instr.out.end();
}

bool hides(const Instr& instr, ValueId value) {
    return std::any_of(instr.epilogue.begin(), instr.epilogue.end(),
                       [=](const FusedOp& fused) { return fused.hidden == value; });
}

int firstWhere(const Tape& tape, ValueId value, bool (*holds)(const Instr&, ValueId)) {
    for (size_t i = 0; i < tape.entries.size(); ++i)
        if (holds(tape.entries[i].instr, value)) return static_cast<int>(i);
    return -1;
}

}  // namespace

int definingEntry(const Tape& tape, ValueId value) { return firstWhere(tape, value, makes); }

int fusingEntry(const Tape& tape, ValueId value) { return firstWhere(tape, value, hides); }

std::vector<std::string> originsOf(const Tape& tape, ValueId value) {
    const int inside = fusingEntry(tape, value);
    const int entry = inside >= 0 ? inside : definingEntry(tape, value);
    if (entry < 0) return {};
    const Instr& instr = tape.entries[static_cast<size_t>(entry)].instr;
    if (instr.epilogue.empty()) return instr.origins;
    const std::vector<std::string>& folded = instr.epilogue.back().origins;
    if (value == instr.out[0]) return folded;
    std::vector<std::string> own;
    for (const std::string& origin : instr.origins)
        if (std::find(folded.begin(), folded.end(), origin) == folded.end()) own.push_back(origin);
    return own.empty() ? folded : own;
}

}  // namespace vitrine
