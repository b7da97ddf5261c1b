// SPDX-License-Identifier: Apache-2.0
// RunSink: where a trainer's reports and states go. It keeps the record of a run; whoever watches
// gets his from there.
#pragma once

#include <atomic>

#include "core/base/result.h"
#include "core/probe/records.h"
#include "core/train/snapshot.h"

namespace vitrine {

/// How a run ends.
enum class RunEnd : uint8_t { Stopped, Finished };

/// All functions: the trainer's thread.
class RunSink {
  public:
    virtual ~RunSink() = default;

    /// In the order in which things happened. May wait for room; nothing is dropped.
    virtual void add(const StepRecord& record) = 0;
    virtual void add(const RunEvent& event) = 0;
    /// Something to tell a person that no event has: pictures that could not be read.
    virtual void add(Error remark) = 0;

    /// What the next checkpoint is to be copied into; null while the last one is being written.
    virtual Snapshot* checkpointBuffer() = 0;
    /// The buffer has been filled. It is written when all that was added before is on disk.
    virtual void checkpointFilled() = 0;

    /// Is something wrong that training must wait for: a full disk, a folder that is gone?
    virtual bool isInTrouble() const = 0;
    virtual Error trouble() const = 0;

    /// Waits until everything that was added is on disk, the checkpoint too; where the run has
    /// finished, its final weights as well. Errors: trouble(); `stopped` where `quit` becomes true.
    virtual Result<void> settle(RunEnd end, const std::atomic<bool>& quit) = 0;
};

}  // namespace vitrine
