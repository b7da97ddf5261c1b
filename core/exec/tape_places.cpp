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
    const auto next = std::ranges::find(instr.epilogue, value, &FusedOp::hidden);
    if (next != instr.epilogue.begin()) return std::prev(next)->origins;
    std::vector<std::string> own = instr.origins;
    for (const FusedOp& fused : instr.epilogue)
        std::erase_if(own, [&](const std::string& origin) {
            return std::ranges::find(fused.origins, origin) != fused.origins.end();
        });
    return own.empty() ? instr.epilogue.front().origins : own;
}

}  // namespace vitrine
