// SPDX-License-Identifier: Apache-2.0
// Program → tape: passes, layouts, storages (views, in place, states), memory plan, kernels.
#include "core/exec/tape.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/exec/channels_last.h"
#include "core/exec/concat_split.h"
#include "core/exec/frame_fusion.h"
#include "core/exec/fusion.h"
#include "core/exec/kernel_call.h"
#include "core/exec/late_order.h"
#include "core/exec/layout_pass.h"
#include "core/exec/load_fusion.h"
#include "core/exec/passes.h"
#include "core/exec/pool_fusion.h"
#include "core/exec/pool_places.h"
#include "core/exec/read_through.h"
#include "core/exec/recompute.h"
#include "core/exec/sliced_runs.h"
#include "core/exec/storage_plan.h"
#include "core/exec/typed_kernel.h"

namespace vitrine {

namespace {

ValueId named(const std::vector<NamedValue>& list, std::string_view name) {
    for (const NamedValue& item : list)
        if (item.name == name) return item.value;
    return noValue;
}

class TapeCompiler {
  public:
    TapeCompiler(TypedProgram typed, StoragePlan plan)
        : m_typed(std::move(typed)), m_plan(std::move(plan)) {}

    Tape run(const StateLayout& states, bool shareMemory) {
        m_tape.batch = program().batch;
        m_tape.stateBytes = (states.sizeBytes() + 4095) / 4096 * 4096;
        m_tape.inputs = program().inputs;
        m_tape.data = program().data;
        m_tape.outputs = program().outputs;
        m_tape.loaded = program().loaded;
        m_tape.entries.reserve(program().instrs.size());
        for (size_t i = 0; i < program().instrs.size(); ++i) bind(static_cast<int>(i));
        m_tape.extent = m_plan.layOut(shareMemory);
        if (shareMemory && !m_typed.device) holdMore();
        m_tape.values = std::move(m_plan.values);
        m_tape.storages = std::move(m_plan.storages);
        m_tape.states = std::move(m_plan.states);
        if (shareMemory && !m_typed.device) markSliced(m_tape);
        return std::move(m_tape);
    }

  private:
    Program& program() { return m_typed.program; }

    /// What entries could run slice by slice for stays as it is where it would not fit.
    void holdMore() {
        StoragePlan held = m_plan;
        holdForSlices(held, m_tape.entries);
        const MemoryExtent extent = held.layOut(true);
        if (extent.peakBytes > m_tape.extent.peakBytes) return;
        m_plan = std::move(held);
        m_tape.extent = extent;
    }

    const TensorType& type(ValueId v) const { return m_plan.values[static_cast<size_t>(v)].type; }

    void countWork(TapeEntry& entry) {
        std::vector<ValueShape> in, out;
        for (ValueId v : entry.instr.in)
            in.push_back(v == noValue ? missingShape : logicalShape(type(v)));
        for (ValueId v : entry.instr.out) out.push_back(logicalShape(type(v)));
        for (const std::vector<ValueShape>* shapes : {&in, &out})
            for (const ValueShape& of : *shapes)
                if (of.isThere)
                    entry.bytes += static_cast<double>(bytesOf(of.dtype, of.shape.elements()));
        const OwnShapes own = ownShapes(entry.instr, in, out);
        entry.flops = flopsOf({entry.instr, own.in, own.out});
        for (size_t k = 0; k < entry.instr.foldedCount(); ++k) {
            const FusedOp& fused = entry.instr.folded(k);
            Instr step;
            step.op = fused.op;
            step.attrs = fused.attrs;
            const ValueShape& soFar =
                fused.at == FusedOp::soFar ? own.out[0] : own.in[static_cast<size_t>(fused.at)];
            std::vector<ValueShape> read;
            for (int place : fused.reads)
                read.push_back(place == FusedOp::soFar ? soFar : in[static_cast<size_t>(place)]);
            const bool isLast = k + 1 == entry.instr.loads.size() + entry.instr.epilogue.size();
            const ValueShape& made = isLast && endsInPool(entry.instr) ? out[0] : soFar;
            entry.fusedFlops.push_back(flopsOf({step, read, std::span(&made, 1)}));
            entry.flops += entry.fusedFlops.back();
        }
    }

    void bind(int i) {
        TapeEntry entry;
        kernels::Kernel kernel = boundKernel(m_typed, static_cast<size_t>(i));
        entry.seconds = secondsOf(m_typed, static_cast<size_t>(i));
        entry.instr = std::move(program().instrs[static_cast<size_t>(i)]);
        entry.once = static_cast<size_t>(i) < m_typed.unchanging;
        entry.again = std::ranges::any_of(entry.instr.out, [&](ValueId v) {
            return m_plan.values[static_cast<size_t>(v)].recomputes != noValue;
        });
        if (!entry.instr.op->isView()) {
            countWork(entry);
            const KernelChoice& choice = m_typed.choices[static_cast<size_t>(i)];
            entry.algorithm = choice.offer().algorithm;
            entry.kernel = std::move(kernel);
            entry.reasons = choice.reasons();
            if (entry.kernel.workspaceBytes > 0)
                entry.workspace = m_plan.addWorkspace(entry.kernel.workspaceBytes, i);
        }
        m_tape.entries.push_back(std::move(entry));
    }

    TypedProgram m_typed;
    StoragePlan m_plan;
    Tape m_tape;
};

}  // namespace

ValueId Tape::input(std::string_view name) const { return named(inputs, name); }
ValueId Tape::output(std::string_view name) const { return named(outputs, name); }

int64_t Tape::offsetOf(ValueId id) const {
    VITRINE_CHECK(value(id).storage >= 0,
                  "a value that fusion or dead code took away lies nowhere");
    const TapeStorage& storage = storages[static_cast<size_t>(value(id).storage)];
    return storage.block.offset + (storage.isState ? 0 : stateBytes);
}

int64_t Tape::workspaceOffset(const TapeEntry& entry) const {
    return entry.workspace < 0
               ? -1
               : storages[static_cast<size_t>(entry.workspace)].block.offset + stateBytes;
}

int64_t Tape::scratchBytes() const {
    int64_t most = 0;
    for (const TapeEntry& entry : entries) most = std::max(most, entry.kernel.scratchBytes);
    return most;
}

double Tape::seconds() const {
    double sum = 0;
    for (const TapeEntry& entry : entries) sum += entry.seconds;
    return sum;
}

double Tape::recomputeSeconds() const {
    double sum = 0;
    for (const TapeEntry& entry : entries)
        if (entry.again) sum += entry.seconds;
    return sum;
}

int Tape::recomputed() const {
    return static_cast<int>(std::ranges::count_if(values, [](const TapeValue& value) {
        return value.recomputes != noValue && value.storage >= 0 && !value.isView;
    }));
}

Tape compileTape(Program program, const StateLayout& states, const TapeOptions& options,
                 OfferMemo& memo) {
    readThroughRepeats(program);
    removeDeadCode(program);
    if (!options.device) keepPlacesInBytes(program);
    const bool isPlain = options.referenceKernels || options.device;
    std::vector<ValueId> split;
    if (!isPlain) split = splitConcatenations(program, options.pinned);
    const Allowed allowed{isPlain ? onlyRowMajor : everyLayout, options.math,
                          isPlain ? nullptr : options.measured, options.device};
    std::vector<KernelChoice> choices = chooseKernels(program, allowed, memo);
    if (options.fuse) fuse(program, choices, memo);
    if (options.fuse && !options.device) fusePools(program, choices, memo);
    if (options.fuse && options.sumsInParts) {
        if (!options.device) fuseUnpools(program, choices, memo, options.pinned);
        fuseSums(program, choices, memo);
    }
    if (options.fuse && options.loads) fuseLoads(program, choices, memo, options.pinned);
    retireConcatenations(program, choices, split);
    if (options.fuse && options.loads && !options.device) fuseFrames(program, choices, memo);
    TypedProgram typed = assignLayouts(std::move(program), std::move(choices));
    typed.device = options.device;
    if (options.device) putChannelsLast(typed, options.bytesOfLaunch);
    orderLate(typed);
    typed = recomputed(std::move(typed), states, options);
    StoragePlan plan = planStorages(typed, states, options);
    return TapeCompiler(std::move(typed), std::move(plan)).run(states, options.shareMemory);
}

Tape compileTape(Program program, const StateLayout& states, const TapeOptions& options) {
    OfferMemo memo;
    return compileTape(std::move(program), states, options, memo);
}

}  // namespace vitrine
