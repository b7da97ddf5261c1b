// SPDX-License-Identifier: Apache-2.0
// Dead-code elimination and epilogue fusion.
#include "core/exec/passes.h"

#include <algorithm>

#include "core/exec/kernel_call.h"

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

/// How often each value is read, by instructions, outputs and new states.
std::vector<int> useCounts(const Program& program) {
    std::vector<int> uses(program.values.size(), 0);
    for (const Instr& instr : program.instrs)
        for (ValueId v : instr.operands()) ++uses[static_cast<size_t>(v)];
    for (const NamedValue& output : program.outputs) ++uses[static_cast<size_t>(output.value)];
    for (const StateBinding& state : program.states)
        if (state.out != noValue) ++uses[static_cast<size_t>(state.out)];
    return uses;
}

/// Types of an instruction's operands and results, and the query with them.
struct Asked {
    Asked(const Program& program, const Instr& asked) : instr(asked) {
        for (ValueId v : asked.in) in.push_back(program.shapeOf(v));
        for (ValueId v : asked.out) out.push_back(program.shapeOf(v));
    }
    OpQuery query() const { return {instr, in, out}; }

    const Instr& instr;
    std::vector<ValueShape> in, out;
};

bool canFuse(const Program& program, const Instr& producer, const Instr& consumer) {
    if (!producer.epilogue.empty() || producer.op->isView() || producer.phase != consumer.phase ||
        program.value(producer.out[0]).shape != program.value(consumer.out[0]).shape)
        return false;
    const kernels::Epilogue epilogue = epilogueOf(Asked(program, consumer).query());
    return epilogue != kernels::Epilogue::None &&
           kernels::takesEpilogue(producer.op->problem(Asked(program, producer).query()), epilogue);
}

void fuse(Instr& producer, const Instr& consumer) {
    FusedOp fused{consumer.op, consumer.attrs, producer.out[0], consumer.origins};
    producer.epilogue.push_back(std::move(fused));
    producer.in.insert(producer.in.end(), consumer.in.begin() + 1, consumer.in.end());
    producer.out[0] = consumer.out[0];
    for (const std::string& origin : consumer.origins)
        if (std::find(producer.origins.begin(), producer.origins.end(), origin) ==
            producer.origins.end())
            producer.origins.push_back(origin);
}

}  // namespace

void removeDeadCode(Program& program) {
    std::vector<char> live(program.values.size(), 0), drop(program.instrs.size(), 0);
    for (const NamedValue& output : program.outputs) live[static_cast<size_t>(output.value)] = 1;
    for (const StateBinding& state : program.states)
        if (state.out != noValue) live[static_cast<size_t>(state.out)] = 1;
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

void fuseEpilogues(Program& program) {
    const std::vector<int> uses = useCounts(program);
    std::vector<char> drop(program.instrs.size(), 0);
    for (size_t i = 0; i < program.instrs.size(); ++i) {
        Instr& consumer = program.instrs[i];
        if (consumer.in.empty() || consumer.in[0] == noValue) continue;
        const ValueId between = consumer.in[0];
        const int at = program.value(between).definedBy;
        if (at < 0 || uses[static_cast<size_t>(between)] != 1) continue;
        Instr& producer = program.instrs[static_cast<size_t>(at)];
        if (producer.out[0] != between || !canFuse(program, producer, consumer)) continue;
        fuse(producer, consumer);
        std::swap(producer,
                  consumer);  // now the fused one stands at i, where all its operands are there
        drop[static_cast<size_t>(at)] = 1;
        for (ValueId v : consumer.out)
            program.values[static_cast<size_t>(v)].definedBy = static_cast<int>(i);
    }
    erase(program, drop);
}

}  // namespace vitrine
