// SPDX-License-Identifier: Apache-2.0
// The lines of log.jsonl: one JSON object for each step and each event that a reader of the run
// wants to know of.
#pragma once

#include <string>

#include "core/session/training_run.h"

namespace vitrine {

std::string startLine(TrainingRun& run);
std::string stepLine(const StepRecord& record);
/// Empty for events that say nothing about the result: pauses and stop points.
std::string eventLine(TrainingRun& run, const RunEvent& event);
/// `lastEpoch`: of kind EpochDone, or without epochs where none has ended.
std::string doneLine(TrainingRun& run, int64_t step, double seconds, const RunEvent& lastEpoch);

/// Writes what the trainer reports into the log while somebody takes it. One thread.
class RunLog {
  public:
    /// Writes the start line. `run` must outlive this.
    explicit RunLog(TrainingRun& run);

    /// As those of the trainer. The log is level when both have come to their end.
    bool nextRecord(StepRecord& record);
    bool nextEvent(RunEvent& event);
    /// Writes what is left.
    void drain();

  private:
    void takeMark();
    void noteEmpty(bool& ring);

    TrainingRun& m_run;
    int64_t m_mark = 0;  ///< the log is level with it when both rings have been empty since
    bool m_hasMark = false, m_noRecords = false, m_noEvents = false;
    StepRecord m_last;
    RunEvent m_lastEpoch;
};

}  // namespace vitrine
