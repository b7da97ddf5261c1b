// SPDX-License-Identifier: Apache-2.0
// Executor: runs the entries of a tape in a memory, on whatever device. What it makes is looked at
// through that memory.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/device/memory.h"
#include "core/exec/tape.h"

namespace vitrine {

/// Threads: one at a time.
class Executor {
  public:
    virtual ~Executor() = default;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    const Tape& tape() const { return m_tape; }
    Memory& memory() { return m_memory; }
    const Memory& memory() const { return m_memory; }
    int entries() const { return static_cast<int>(m_tape.entries.size()); }

    /// Entries first to last − 1; may come back before they are done. Whoever reads the memory
    /// afterwards waits for them. Allocates nothing on the host. Errors: those of the device, with
    /// the entry where it is known; what ran then is not known.
    virtual Result<void> run(int first, int last) = 0;
    /// Until all of them are done. Errors: those of the device.
    virtual Result<void> wait() = 0;
    /// States, or the memory behind them, were changed by others than this tape: entries that run
    /// once run again, the next time.
    virtual void statesChanged() = 0;
    /// Does run() come back before the entries are done? Then many at once cost whoever asks no
    /// time.
    virtual bool isQueued() const { return false; }

    /// What a step sees to by itself where its executor can, so that nobody looks in between.
    struct StepPlan {
        int firstUpdate = -1;  ///< from this entry on states change; −1: no entry does that
        std::vector<ValueId> finite;          ///< unless these are, that is held back
        std::vector<ValueId> told;            ///< numbers that are looked at behind the last entry
        const StateLayout* states = nullptr;  ///< whose norm is told; null: it is not
        DType floatType = DType::F32;         ///< of all these
    };
    /// From now on a run to the end from before `firstUpdate` does. Errors: those of the device.
    virtual Result<void> watchSteps(const StepPlan&) { return {}; }
    /// False: whoever runs a step stops it there and looks.
    virtual bool watchesSteps() const { return false; }
    /// Was what ran last such a run?
    virtual bool hasWatched() const { return false; }
    /// Then the norm of all states, where there is a kernel for it.
    virtual std::optional<double> statesNorm() const { return std::nullopt; }

    /// From now on, or no longer, what it runs in one go is timed by the device itself, entry by
    /// entry, which changes no bit. Only where isQueued(): whoever runs others has a clock.
    virtual void setTimed(bool) {}
    /// Of each entry that was timed since setTimed(true), 0 of the others. Waits for them. Errors:
    /// those of the device.
    virtual Result<void> readTimes(std::span<double>) { return {}; }
    /// Memory that its kernels take beside that of the tape, all together.
    virtual int64_t workspaceBytes() const { return 0; }

    // For whoever cannot go on without: these throw DeviceTrouble where the device fails.
    void runAll();
    void runEntry(int entry);
    /// The first element of an output, as a number: for losses, norms and counts.
    double scalar(std::string_view output) const;
    virtual double number(ValueId id) const;  ///< the same of any value
    /// All logical elements in row-major order, whatever the layout.
    std::vector<double> contents(ValueId id) const;
    /// The same into memory that is there already; allocates nothing where it is large enough.
    void read(ValueId id, std::vector<double>& elements) const;

  protected:
    /// `memory` holds tape.arenaBytes(); both must outlive this.
    Executor(const Tape& tape, Memory& memory);
    /// The entries are on the tape; a check stops who asks for others.
    void checkRange(int first, int last) const;

    const Tape& m_tape;

  private:
    Memory& m_memory;
};

}  // namespace vitrine
