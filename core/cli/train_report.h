// SPDX-License-Identifier: Apache-2.0
// What a training run prints: JSON lines for programs, a progress bar and a line an epoch for
// people.
#pragma once

#include <string>

#include <optional>

#include "core/cli/output.h"
#include "core/session/run_feed.h"
#include "core/session/training_run.h"

namespace vitrine::cli {

class TrainReport {
  public:
    TrainReport(TrainingRun& run, bool json);

    void begin();
    /// Takes what has been recorded since; call it often.
    void update();
    /// The bar goes; `done` line or object.
    void finish();
    /// The event with which the run failed.
    const std::optional<RunEvent>& failure() const { return m_failure; }
    /// An error in between, on standard error.
    void say(const Error& error);

  private:
    void step(const StepRecord& record);
    void event(const RunEvent& event);
    void epoch(const RunEvent& event);
    void bar();
    void clearBar();
    void print(const std::string& line);
    void noteClosed();

    TrainingRun& m_run;
    RunFeed m_feed;
    Output m_out;
    bool m_json = false;
    bool m_bar = false;  ///< standard error is a terminal
    bool m_barShown = false, m_closedNoted = false;
    double m_barDrawn = 0;
    StepRecord m_last;
    int64_t m_firstStep = -1;
    double m_firstSeconds = 0;
    double m_smoothLoss = 0;
    RunEvent m_lastEpoch;
    std::optional<RunEvent> m_failure;
};

}  // namespace vitrine::cli
