// SPDX-License-Identifier: Apache-2.0
// StepReplay: a copy of what a step started from, so that it can be run again, and the edits by
// hand that have to be done again on the way.
#pragma once

#include <span>
#include <vector>

#include "core/device/host_memory.h"
#include "core/exec/executor.h"

namespace vitrine {

/// One element changed by hand.
struct ValueEdit {
    int entry = 0;  ///< the change was made before this entry ran
    ValueId value = noValue;
    int64_t element = 0;
    double number = 0;
};

/// The thread that runs the tapes. They work in one memory; DeviceTrouble is thrown where it
/// cannot be read or written.
class StepReplay {
  public:
    /// `memory`: that of all tapes, which begins with their states.
    explicit StepReplay(Memory& memory) : m_memory(memory) {}

    /// Takes memory for the states and the inputs of the largest of these, once. Without that
    /// memory nothing is kept.
    void reserve(std::span<Executor* const> executors);
    /// Copies all states and the inputs, which have just been written. Allocates nothing where
    /// memory is reserved.
    void keep(const Executor& executor);
    void forget();
    /// Whether there is a copy of the present step's start.
    bool isKept() const { return m_isKept; }

    /// States and inputs as they were at the step's start.
    void restore(const Executor& executor) const;

    void addEdit(const ValueEdit& edit) { m_edits.push_back(edit); }
    /// Forgets the edits made before this entry and later ones, and gives them.
    std::vector<ValueEdit> dropEditsFrom(int entry);
    /// Does the edits again that were made before this entry. Whether there were any.
    bool redoEdits(const Tape& tape, int entry) const;
    /// What was edited holds wherever the step makes it again: the first entry behind `from`, up to
    /// `end`, in front of which copyEdits has something to do; `end` where none has.
    int nextCopy(const Tape& tape, int from, int end) const;
    /// Edits those second copies that the entry in front of this one has made.
    void copyEdits(const Tape& tape, int entry) const;

  private:
    Memory& m_memory;
    std::unique_ptr<HostMemory> m_copy;  ///< null: there is no memory for it, or no need
    bool m_isKept = false;
    std::vector<ValueEdit> m_edits;  ///< in the order of entries
};

}  // namespace vitrine
