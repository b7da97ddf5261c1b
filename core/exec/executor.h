// SPDX-License-Identifier: Apache-2.0
// Executor: runs the entries of a tape in an arena. Pointers are worked out once; running allocates
// nothing. Entries that need to run once are passed over from then on.
#pragma once

#include <cstddef>
#include <vector>

#include "core/exec/tape.h"
#include "core/exec/team.h"

namespace vitrine {

class Executor {
  public:
    /// `tape` and the memory at `arena` (tape.arenaBytes()) must outlive this.
    Executor(const Tape& tape, std::byte* arena);

    const Tape& tape() const { return m_tape; }
    int entries() const { return static_cast<int>(m_tape.entries.size()); }
    void runEntry(int index, Team& team);
    void run(Team& team);
    /// States, or the memory behind them, were changed by others than this tape: entries that run
    /// once run again, the next time.
    void statesChanged();

    /// First byte of a value's storage.
    std::byte* data(ValueId id) const { return m_arena + m_tape.offsetOf(id); }
    std::byte* inputData(std::string_view name) const { return data(m_tape.input(name)); }
    /// The first element of an output, as a number: for losses, norms and counts.
    double scalar(std::string_view output) const;
    double number(ValueId id) const;  ///< the same of any value
    /// All logical elements in row-major order, whatever the layout.
    std::vector<double> contents(ValueId id) const;
    /// The same into memory that is there already; allocates nothing where it is large enough.
    void read(ValueId id, std::vector<double>& elements) const;

  private:
    struct Bound {
        size_t firstOperand = 0;
        std::byte* workspace = nullptr;
    };
    const Tape& m_tape;
    std::byte* m_arena;
    std::vector<void*> m_operands;
    std::vector<Bound> m_bound;
    std::vector<char> m_isDone;  ///< by entry; of those that run once
};

}  // namespace vitrine
