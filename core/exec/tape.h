// SPDX-License-Identifier: Apache-2.0
// Tape: what runs. A flat list of entries with kernel, operands at known offsets, shapes, costs and
// origins; metadata only, no tensors. What the tape shows is what runs, and what its plan shows is
// what is allocated.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exec/kernel_reasons.h"
#include "core/exec/measured_ways.h"
#include "core/exec/offer_memo.h"
#include "core/exec/planner.h"
#include "core/exec/recompute_choice.h"
#include "core/exec/state_layout.h"
#include "core/opdef/descriptor.h"
#include "core/tensor/layout.h"
#include "kernels/api/kernel.h"

namespace vitrine {

class Device;

/// A value of the tape. Values that share memory (views, results in the place of an operand) have
/// one storage.
struct TapeValue {
    std::string name;
    TensorType type;
    int storage = -1;     ///< index into Tape::storages; -1: fusion made the value disappear
    bool isView = false;  ///< shares the memory of the value that it looks at
    /// The value of the forward phase that this one has the contents of once more, or noValue.
    ValueId recomputes = noValue;
};

/// One piece of memory and when it is needed.
struct TapeStorage {
    MemoryBlock block;  ///< offset from the start of its section
    bool isState =
        false;  ///< section: states at the arena's start, or the step's tensors behind them
    bool isWorkspace = false;
    /// Above 0: entries before this one, which alone make and read what lies here, run slice by
    /// slice where nobody stops at them, and each slice writes over the one before.
    int slicedUntil = 0;
    std::vector<ValueId> values;  ///< in order of definition; empty for workspaces
};

struct TapeEntry {
    Instr instr;  ///< operator, fields, operands, origins, phase, what was fused in
    /// run == nullptr for views: nothing happens. On tapes for devices a name alone.
    kernels::Kernel kernel;
    kernels::Algorithm algorithm = kernels::Algorithm::Direct;
    KernelReasons reasons;  ///< why this one; nothing for views
    int workspace = -1;     ///< index into Tape::storages
    /// Depends on nothing but states that the tape does not change, and its results stay in memory:
    /// one run is enough until the states or the memory are changed from outside. Such entries
    /// stand at the start.
    bool once = false;
    double flops = 0;                ///< what is fused in included
    std::vector<double> fusedFlops;  ///< of each operator that is
    double bytes = 0;                ///< read and written
    double seconds = 0;              ///< estimated, on one core
    bool again = false;  ///< makes values of the forward phase once more, which did not stay
};

struct TapeState {
    std::string name;
    StateKind kind = StateKind::Parameter;
    ValueId in = noValue, out = noValue;
    std::string key;  ///< that of its StateBinding
};

struct Tape {
    std::vector<TapeEntry> entries;
    std::vector<Instr> loaded;  ///< those of the program: they run in the loads of entries
    std::vector<TapeValue> values;
    std::vector<TapeStorage> storages;
    std::vector<NamedValue> inputs, outputs;
    std::vector<DataInput> data;
    std::vector<TapeState> states;
    MemoryExtent extent;     ///< of the step's section
    int64_t stateBytes = 0;  ///< where the step's section starts
    int64_t batch = 0;

    const TapeValue& value(ValueId id) const { return values[static_cast<size_t>(id)]; }
    ValueId input(std::string_view name) const;
    ValueId output(std::string_view name) const;
    /// Bytes from the arena's start to a value's storage (for a view: to the storage of what it
    /// looks at).
    int64_t offsetOf(ValueId id) const;
    int64_t workspaceOffset(const TapeEntry& entry) const;
    int64_t arenaBytes() const { return stateBytes + extent.peakBytes; }
    double seconds() const;           ///< estimated for a step, on one core
    double recomputeSeconds() const;  ///< of those, for what is made again
    /// Of how many values of the forward phase the step makes a second copy.
    int recomputed() const;
    /// Memory beside the arena that each thread wants for the kernels.
    int64_t scratchBytes() const;
};

struct TapeOptions {
    Math math = Math::Direct;
    bool referenceKernels = false;  ///< row-major everywhere, and plain loops where there are any
    bool shareMemory = true;        ///< false: every tensor its own memory, nothing in place
    bool fuse = true;
    /// Fused too: reductions by channel are made part by part beside what makes their image, which
    /// gives other last bits than one after the other.
    bool sumsInParts = true;
    bool loads = true;  ///< fused too: pointwise functions into the loads of what reads them
    std::vector<std::string> pinned =
        {};  ///< names of values that stay readable until the end of the step
    Recompute recompute = Recompute::None;
    int64_t budgetBytes = 0;  ///< with Recompute::Budget: what the arena may take
    /// Graph nodes whose results are made again whatever `recompute` is.
    std::vector<std::string> madeAgain = {};
    /// What kernels took on this machine, in place of estimates; null: nothing was measured.
    std::shared_ptr<const MeasuredWays> measured = {};
    /// What the tape is for; null: the CPU. Its kernels say what is fused, and which images lie
    /// with their channels side by side.
    Device* device = nullptr;
    /// The device moves so many bytes while it begins to run one kernel more.
    double bytesOfLaunch = 4e6;
};

/// Runs the passes over a program and binds kernels and memory. `states` must hold the program's
/// states. Whoever compiles several tapes of one network hands all of them the same `memo`; it
/// makes no other tape of it.
Tape compileTape(Program program, const StateLayout& states, const TapeOptions& options,
                 OfferMemo& memo);
Tape compileTape(Program program, const StateLayout& states, const TapeOptions& options);

}  // namespace vitrine
