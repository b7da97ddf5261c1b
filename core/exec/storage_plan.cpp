// SPDX-License-Identifier: Apache-2.0
// Walks over a typed program and gives every value a storage.
#include "core/exec/storage_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/check.h"
#include "core/exec/kernel_call.h"
#include "core/opdef/registry.h"
#include "core/tensor/channels_last.h"

namespace vitrine {

namespace {

class StoragePlanner {
  public:
    StoragePlanner(TypedProgram& typed, const StateLayout& states, const TapeOptions& options)
        : m_typed(typed), m_states(states), m_options(options) {}

    StoragePlan run() {
        m_plan.values.reserve(program().values.size());
        for (size_t v = 0; v < program().values.size(); ++v) {
            const ValueId original = m_typed.recomputedBy(static_cast<ValueId>(v));
            m_plan.values.push_back(
                {program().values[v].name, m_typed.types[v], -1, false, original});
        }
        findLastUses();
        placeStates();
        for (const NamedValue& input : program().inputs) newStorage(input.value, 0);
        for (size_t i = 0; i < program().instrs.size(); ++i) place(static_cast<int>(i));
        commitStates();
        return std::move(m_plan);
    }

  private:
    Program& program() { return m_typed.program; }
    TapeValue& value(ValueId v) { return m_plan.values[static_cast<size_t>(v)]; }
    TapeStorage& storageOf(ValueId v) {
        return m_plan.storages[static_cast<size_t>(value(v).storage)];
    }
    int& lastUse(ValueId v) { return m_lastUse[static_cast<size_t>(v)]; }
    /// What entries of this kind make is there from run to run.
    bool isOnce(int i) const { return static_cast<size_t>(i) < m_typed.unchanging; }
    /// Past every entry, commits included: for what must stay readable after the step.
    int forever() { return static_cast<int>(program().instrs.size() + program().states.size()); }

    /// The last entry that reads a value or a view of it; the tape's end for outputs and pinned
    /// values.
    void findLastUses() {
        m_lastUse.assign(program().values.size(), 0);
        for (size_t i = 0; i < program().instrs.size(); ++i) {
            for (ValueId v : program().instrs[i].operands()) lastUse(v) = static_cast<int>(i);
            for (ValueId v : program().instrs[i].out) lastUse(v) = static_cast<int>(i);
        }
        for (const NamedValue& output : program().outputs) lastUse(output.value) = forever();
        for (size_t i = 0; i < m_typed.unchanging; ++i)
            for (ValueId v : program().instrs[i].out) lastUse(v) = forever();
        const std::set<std::string_view> pinned(m_options.pinned.begin(), m_options.pinned.end());
        for (size_t v = 0; v < program().values.size(); ++v)
            if (pinned.contains(program().values[v].name)) m_lastUse[v] = forever();
        for (size_t i = program().instrs.size(); i-- > 0;) {
            const Instr& instr = program().instrs[i];
            if (instr.op->isView())
                lastUse(instr.in[0]) = std::max(lastUse(instr.in[0]), lastUse(instr.out[0]));
        }
    }

    int addStorage(MemoryBlock block, bool isState) {
        TapeStorage storage;
        storage.block = block;
        storage.isState = isState;
        m_plan.storages.push_back(std::move(storage));
        return static_cast<int>(m_plan.storages.size()) - 1;
    }

    void newStorage(ValueId v, int first) {
        value(v).storage = addStorage(
            {value(v).type.storageBytes(), first, std::max(first, lastUse(v)), 0}, false);
        storageOf(v).values.push_back(v);
    }

    void join(ValueId v, ValueId with) {
        value(v).storage = value(with).storage;
        TapeStorage& storage = storageOf(v);
        storage.values.push_back(v);
        storage.block.last = std::max(storage.block.last, lastUse(v));
    }

    void placeStates() {
        for (const StateBinding& state : program().states) {
            const StateLayout::Item* item = m_states.find(state.name);
            VITRINE_CHECK(item, "the state layout holds the program's states");
            value(state.in).storage = addStorage({item->bytes(), 0, forever(), item->offset}, true);
            storageOf(state.in).values.push_back(state.in);
            if (state.out != noValue)
                m_stateOf.emplace(state.out, static_cast<int>(m_plan.states.size()));
            m_plan.states.push_back({state.name, state.kind, state.in, state.out, state.key});
        }
    }

    /// Storage for the results of entry `i`.
    void place(int i) {
        const Instr& instr = program().instrs[static_cast<size_t>(i)];
        if (instr.op->isView()) {
            value(instr.out[0]).isView = true;
            join(instr.out[0], instr.in[0]);
            return;
        }
        for (size_t k = 0; k < instr.out.size(); ++k) {
            const ValueId v = instr.out[k];
            if (placeInState(i, k)) continue;
            const ValueId operand = m_options.shareMemory ? inPlaceOperand(i, k) : noValue;
            if (operand != noValue)
                join(v, operand);
            else
                newStorage(v, isOnce(i) ? 0 : i);
        }
    }

    /// Whether an instruction reads an operand of its own once more in what was fused into it,
    /// which comes after its result was written.
    static bool readsAgain(const Instr& instr, ValueId operand) {
        const auto own = instr.in.end() - static_cast<std::ptrdiff_t>(foldedOperands(instr));
        return std::find(instr.in.begin(), own, operand) != own &&
               std::find(own, instr.in.end(), operand) != instr.in.end();
    }

    /// The operands of entry `i` whose memory its kernel may write result `k` into.
    std::vector<ValueId> writableFor(int i, size_t k) const {
        const Instr& instr = m_typed.program.instrs[static_cast<size_t>(i)];
        const std::vector<ValueId> values = callValues(instr);
        std::vector<ValueId> writable;
        for (const kernels::InPlace& pair : m_typed.choices[static_cast<size_t>(i)].offer().inPlace)
            if (pair.result == k && !readsAgain(instr, values[pair.operand]))
                writable.push_back(values[pair.operand]);
        return writable;
    }

    /// A new state is written over the old one where nobody reads the old one afterwards.
    bool placeInState(int i, size_t k) {
        const ValueId v = program().instrs[static_cast<size_t>(i)].out[k];
        const auto found = m_stateOf.find(v);
        if (found == m_stateOf.end()) return false;
        const TapeState& state = m_plan.states[static_cast<size_t>(found->second)];
        const Instr& instr = program().instrs[static_cast<size_t>(i)];
        const bool reads = std::ranges::find(instr.in, state.in) != instr.in.end();
        const std::vector<ValueId> writable = writableFor(i, k);
        const bool mayWriteOver = std::ranges::find(writable, state.in) != writable.end();
        if (lastUse(state.in) > i || (reads && !mayWriteOver)) return false;
        join(v, state.in);
        return true;
    }

    bool isInput(ValueId v) {
        return std::any_of(program().inputs.begin(), program().inputs.end(),
                           [&](const NamedValue& input) {
                               return value(input.value).storage == value(v).storage;
                           });
    }

    /// An operand whose memory result `k` may take: last read here, of the same size and layout,
    /// and no other operand lives there.
    ValueId inPlaceOperand(int i, size_t k) {
        const Instr& instr = program().instrs[static_cast<size_t>(i)];
        for (const ValueId operand : writableFor(i, k)) {
            const TensorType &have = value(operand).type, &want = value(instr.out[k]).type;
            const TapeStorage& storage = storageOf(operand);
            if (storage.isState || isInput(operand) || storage.block.last > i) continue;
            if (have.layout != want.layout || have.offset != 0) continue;
            if (have.strides != want.strides || !(have.isContiguous() || isChannelsLast(have)))
                continue;
            if (storage.block.bytes != want.storageBytes() || have.dtype != want.dtype) continue;
            const bool shared = std::ranges::any_of(instr.operands(), [&](ValueId other) {
                return other != operand && value(other).storage == value(operand).storage;
            });
            if (!shared && !takenByOther(instr, k, operand)) return operand;
        }
        return noValue;
    }

    bool takenByOther(const Instr& instr, size_t k, ValueId operand) {
        for (size_t other = 0; other < k; ++other)
            if (value(instr.out[other]).storage == value(operand).storage) return true;
        return false;
    }

    /// New states that could not be written in place are copied over the old ones at the end.
    void commitStates() {
        for (const TapeState& state : m_plan.states) {
            if (state.out == noValue || value(state.out).storage == value(state.in).storage)
                continue;
            Instr copy;
            copy.op = &operatorNamed("contiguous");
            copy.attrs = Attrs(copy.op->fields);
            copy.phase = Phase::Update;
            copy.in = {state.out};
            const auto result = static_cast<ValueId>(m_plan.values.size());
            copy.out = {result};
            TapeValue next{state.name + ".next", value(state.in).type, value(state.in).storage};
            m_plan.values.push_back(std::move(next));
            m_typed.types.push_back(value(state.in).type);
            m_lastUse.push_back(0);
            storageOf(state.in).values.push_back(result);
            m_typed.choices.push_back(onlyChoice(copy, value(state.out).type, value(result).type,
                                                 "the old state was read after the new one"));
            program().instrs.push_back(std::move(copy));
            lastUse(result) = forever();
            TapeStorage& source = storageOf(state.out);
            source.block.last = forever();
        }
        for (TapeStorage& storage : m_plan.storages)
            if (storage.isState) storage.block.last = forever();
    }

    TypedProgram& m_typed;
    const StateLayout& m_states;
    const TapeOptions& m_options;
    StoragePlan m_plan;
    std::vector<int> m_lastUse;
    std::map<ValueId, int> m_stateOf;  ///< by the value that is the state's next
};

/// Blocks of the step's section, and whose they are.
struct StepBlocks {
    std::vector<MemoryBlock> blocks;
    std::vector<size_t> owners;
};

StepBlocks stepBlocks(const std::vector<TapeStorage>& storages) {
    StepBlocks step;
    for (size_t s = 0; s < storages.size(); ++s) {
        if (storages[s].isState) continue;
        step.blocks.push_back(storages[s].block);
        step.owners.push_back(s);
    }
    return step;
}

}  // namespace

int StoragePlan::addWorkspace(int64_t bytes, int entry) {
    TapeStorage workspace;
    workspace.block = {bytes, entry, entry, 0};
    workspace.isWorkspace = true;
    storages.push_back(std::move(workspace));
    return static_cast<int>(storages.size()) - 1;
}

MemoryExtent StoragePlan::layOut(bool shareMemory) {
    StepBlocks step = stepBlocks(storages);
    const MemoryExtent extent = shareMemory ? planMemory(step.blocks) : placeApart(step.blocks);
    for (size_t b = 0; b < step.blocks.size(); ++b) storages[step.owners[b]].block = step.blocks[b];
    return extent;
}

std::vector<int64_t> StoragePlan::aliveBytes() const {
    return vitrine::aliveBytes(stepBlocks(storages).blocks);
}

StoragePlan planStorages(TypedProgram& typed, const StateLayout& states,
                         const TapeOptions& options) {
    return StoragePlanner(typed, states, options).run();
}

}  // namespace vitrine
