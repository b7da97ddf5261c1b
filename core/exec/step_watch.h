// SPDX-License-Identifier: Apache-2.0
// StepWatch: what a step on a device sees to by itself, so that nobody stops it in the middle to
// look. Whether loss and gradients are numbers decides there whether states change, and behind the
// last entry comes together what is told of the step, to be read at once.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/exec/executor.h"
#include "core/exec/states_norm.h"

namespace vitrine {

class StepWatch {
  public:
    /// All must outlive it. Null where the numbers of the plan are not of one type of float, or too
    /// many to wait for. Errors: those of the device.
    static Result<std::unique_ptr<StepWatch>> create(const Tape& tape, DeviceMemory& memory,
                                                     const Executor::StepPlan& plan);

    /// Does a run of these entries see to all of it?
    bool isOver(int first, int last) const {
        return last == std::ssize(m_tape.entries) && (m_firstUpdate < 0 || first < m_firstUpdate);
    }
    int firstUpdate() const { return m_firstUpdate; }

    // Into the device's queue, recorded or not.
    /// What is launched from now on does nothing where a number is not finite.
    Result<void> hold();
    /// Behind the last entry: it is launched whatever was held.
    Result<void> tell();

    /// A number that was told, from the device where it was not read since then. Nothing for
    /// others. Throws DeviceTrouble.
    std::optional<double> number(ValueId value);
    std::optional<double> statesNorm();
    /// Another step has run.
    void forget() { m_isRead = false; }

  private:
    StepWatch(const Tape& tape, DeviceMemory& memory, int firstUpdate)
        : m_tape(tape), m_memory(memory), m_firstUpdate(firstUpdate) {}

    Result<void> bindGather();
    void* numberAt(size_t index) const;
    double read(size_t index);

    const Tape& m_tape;
    DeviceMemory& m_memory;
    const int m_firstUpdate;
    DType m_type = DType::F32;
    std::vector<const void*> m_holding;
    std::vector<ValueId> m_told;
    kernels::StreamKernel m_gather;
    std::vector<void*> m_gathered;
    StatesNorm m_norm;
    std::unique_ptr<DeviceMemory> m_report;  ///< the numbers, the norm, then its workspace
    std::vector<std::byte> m_read;           ///< a copy of them
    bool m_isRead = false;
};

}  // namespace vitrine
