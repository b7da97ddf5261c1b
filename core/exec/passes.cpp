// SPDX-License-Identifier: Apache-2.0
// Dead-code elimination, and what stays the same.
#include "core/exec/passes.h"

#include <algorithm>

#include "core/exec/readers.h"
#include "core/opdef/descriptor.h"

namespace vitrine {

namespace {

/// Takes out the instructions marked in `drop` and renumbers definedBy.
void erase(Program& program, const std::vector<char>& drop) {
    std::vector<Instr> kept;
    kept.reserve(program.instrs.size());
    for (size_t i = 0; i < program.instrs.size(); ++i)
        if (!drop[i]) kept.push_back(std::move(program.instrs[i]));
    program.instrs = std::move(kept);
    for (Value& value : program.values) value.definedBy = -1;
    for (size_t i = 0; i < program.instrs.size(); ++i)
        for (ValueId v : program.instrs[i].out)
            program.values[static_cast<size_t>(v)].definedBy = static_cast<int>(i);
}

/// From values that are marked alone, without taking more memory to keep than those do.
bool followsFrom(const Program& program, const Instr& instr, const std::vector<char>& marked) {
    const auto bytes = [&](ValueId v) {
        return bytesOf(program.value(v).dtype, program.value(v).shape.elements());
    };
    int64_t in = 0, out = 0;
    for (ValueId v : instr.operands()) {
        if (!marked[static_cast<size_t>(v)]) return false;
        in += bytes(v);
    }
    for (ValueId v : instr.out) out += bytes(v);
    return out <= in;
}

}  // namespace

std::vector<char> unchangingValues(const Program& program) {
    std::vector<char> unchanging(program.values.size(), 0);
    const auto isRead = [](const StateBinding& state) { return state.out == noValue; };
    if (std::ranges::all_of(program.states, isRead))
        for (const StateBinding& state : program.states)
            unchanging[static_cast<size_t>(state.in)] = 1;
    for (const Instr& instr : program.instrs)
        if (followsFrom(program, instr, unchanging))
            for (ValueId v : instr.out) unchanging[static_cast<size_t>(v)] = 1;
    return unchanging;
}

void removeDeadCode(Program& program) {
    std::vector<char> live = stayingValues(program), drop(program.instrs.size(), 0);
    for (size_t i = program.instrs.size(); i-- > 0;) {
        const Instr& instr = program.instrs[i];
        const bool needed = std::any_of(instr.out.begin(), instr.out.end(),
                                        [&](ValueId v) { return live[static_cast<size_t>(v)]; });
        drop[i] = !needed;
        if (!needed) continue;
        for (ValueId v : instr.operands()) live[static_cast<size_t>(v)] = 1;
    }
    erase(program, drop);
}

}  // namespace vitrine
