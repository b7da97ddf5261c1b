// SPDX-License-Identifier: Apache-2.0
// ProgramRun: a program that runs once or a few times, in memory of its own: for what is asked of a
// network beside training and prediction.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/exec/executor.h"
#include "core/exec/team.h"
#include "core/ir/program.h"
#include "core/session/array_fit.h"
#include "core/session/weight_wishes.h"

namespace vitrine {

/// Thread: one at a time.
class ProgramRun {
  public:
    struct Options {
        int threads = 1;
        uint64_t seed = 1;         ///< of starting values, and of what is drawn
        std::string weights = {};  ///< a file of them; empty: the program's own
        WeightWishes wishes = {};  ///< of that file (wishesFor)
    };
    /// Compiles, and fills in the states. Errors: H02, those of loadWeights. Throws DeviceTrouble,
    /// TooFewThreads.
    static Result<std::unique_ptr<ProgramRun>> create(Program program, const Options& options);

    const Tape& tape() const { return *m_tape; }
    /// Elements of the value's type.
    Result<void> write(ValueId value, std::span<const std::byte> elements);
    /// Throws DeviceTrouble.
    void run();
    /// Of an output. Throws DeviceTrouble.
    SharedTensor read(ValueId value) const;

  private:
    explicit ProgramRun(int threads) : m_team(threads) {}
    StateLayout m_states;
    std::unique_ptr<Tape> m_tape;
    std::unique_ptr<Memory> m_memory;
    Team m_team;
    std::unique_ptr<Executor> m_executor;
};

}  // namespace vitrine
