// SPDX-License-Identifier: Apache-2.0
// StreamExecutor: runs the entries of a tape on a device. What is run over and over, without
// anybody looking in between, is recorded once and then runs as one.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/device/device_memory.h"
#include "core/exec/entry_clock.h"
#include "core/exec/executor.h"
#include "core/exec/step_watch.h"

namespace vitrine {

class StreamExecutor final : public Executor {
  public:
    /// Of tapes that run on every device and on the CPU: everything row-major, nothing fused.
    static TapeOptions plainOptions() { return {.referenceKernels = true, .fuse = false}; }

    /// Finds a kernel of the device for every entry. `tape` was compiled for it (see
    /// TapeOptions::device; kernels' workspaces have memory of their own) or is plain, and lies
    /// in `memory` (tape.arenaBytes()); these and `device` must outlive this. Errors: "H05" for an
    /// entry that the device has no kernel for, by name and with its reasons; those of the device.
    static Result<std::unique_ptr<StreamExecutor>> create(const Tape& tape, Device& device,
                                                          DeviceMemory& memory);

    /// What runs for an entry; without launch for views.
    const kernels::StreamKernel& kernel(int entry) const {
        return m_bound[static_cast<size_t>(entry)].kernel;
    }

    /// In the device's queue: does not wait for them. From the second time on the same entries run
    /// from a recording.
    Result<void> run(int first, int last) override;
    Result<void> wait() override;
    void statesChanged() override;
    bool isQueued() const override { return true; }
    /// It does unless a kernel that changes states cannot be held: then a step stays in two pieces.
    Result<void> watchSteps(const StepPlan& plan) override;
    bool watchesSteps() const override { return m_watch != nullptr; }
    bool hasWatched() const override { return m_isTold; }
    std::optional<double> statesNorm() const override;
    double number(ValueId id) const override;
    void setTimed(bool on) override;
    Result<void> readTimes(std::span<double> seconds) override;
    int64_t workspaceBytes() const override;

    /// How many recordings are kept.
    int recordings() const;

  private:
    struct Bound {
        kernels::StreamKernel kernel;
        std::vector<void*> operands;  ///< then results
        /// Entries up to this one are one launch; the next one, where it is alone.
        int end = 0;
    };
    /// Entries that were asked for together, and their recording from the second time on.
    struct Range {
        int first = 0, last = 0;
        StreamGraph graph;
    };
    static constexpr size_t mostRanges = 16;

    StreamExecutor(const Tape& tape, Device& device, DeviceMemory& memory)
        : Executor(tape, memory), m_device(device), m_deviceMemory(memory) {}

    Result<void> bind(int entry);
    void joinUpdates();
    bool mayJoin(int first, int entry) const;
    Result<void> takeWorkspace();
    Result<void> launch(int first, int last);
    Result<void> launchAt(int first, int end);
    Result<void> runTimed(int first, int last);
    Result<void> launchWatched(int first, int last);
    Result<void> launchTogether(int first, int last);
    bool canHoldUpdates(int firstUpdate) const;
    Result<void> launchOnce(int entry);
    Result<void> record(Range& range);
    Range* rangeOf(int first, int last);
    int launchesIn(int first, int last) const;
    int entriesOnce() const { return static_cast<int>(m_isDone.size()); }

    Device& m_device;
    DeviceMemory& m_deviceMemory;
    std::unique_ptr<DeviceMemory> m_workspace;  ///< one for all: they run one after another
    std::vector<Bound> m_bound;
    std::vector<const kernels::StreamKernel*> m_kernels;  ///< those of m_bound
    std::vector<void* const*> m_operands;
    std::vector<char> m_isDone;           ///< by entry, of those at the start that run once
    std::vector<Range> m_ranges;          ///< the one that was run last is the last
    std::unique_ptr<EntryClock> m_clock;  ///< from the first time that somebody wants times
    bool m_isTimed = false;
    int m_first = 0, m_last = 0;  ///< what was run since the last wait
    std::unique_ptr<StepWatch> m_watch;
    bool m_isTold = false;  ///< what ran last was a step that was watched
};

}  // namespace vitrine
