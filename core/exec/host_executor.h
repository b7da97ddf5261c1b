// SPDX-License-Identifier: Apache-2.0
// HostExecutor: runs the entries of a tape on the CPU. Pointers are worked out once; running
// allocates nothing. Entries that need to run once are passed over from then on.
#pragma once

#include <cstddef>
#include <vector>

#include "core/exec/executor.h"
#include "core/exec/sliced_runs.h"
#include "core/exec/team.h"

namespace vitrine {

class HostExecutor final : public Executor {
  public:
    /// `memory` is the host's and holds tape.arenaBytes(). All three must outlive this.
    HostExecutor(const Tape& tape, Memory& memory, Team& team);

    /// Comes back when they are done. No errors.
    Result<void> run(int first, int last) override;
    Result<void> wait() override { return {}; }
    void statesChanged() override;

  private:
    struct Bound {
        size_t firstOperand = 0;
        std::byte* workspace = nullptr;
        bool isSmall = false;
    };

    void runAlone(size_t i);
    /// `inTurns`: nobody looks at what a slice leaves to the next.
    void runSlices(const SlicedRun& run, bool inTurns);
    void moveTurns(const SlicedRun& run, int64_t from, int64_t to);

    Team& m_team;
    std::vector<void*> m_operands;
    std::vector<Bound> m_bound;
    std::vector<SlicedRun> m_runs;  ///< in order
    std::vector<char> m_isDone;     ///< by entry; of those that run once
};

}  // namespace vitrine
