// SPDX-License-Identifier: Apache-2.0
// What a training run prints: JSON lines for programs, a progress bar and a line an epoch for
// people.
#pragma once

#include <string>

#include "core/session/training_run.h"

namespace vitrine::cli {

class TrainReport {
  public:
    TrainReport(TrainingRun& run, bool json);

    void begin();
    /// Takes what the trainer has reported since; call it often.
    void update();
    /// The bar goes; `done` line or object.
    void finish(double seconds);
    const RunEvent& lastEpoch() const { return m_lastEpoch; }

  private:
    void step(const StepRecord& record);
    void event(const RunEvent& event);
    void bar();
    void clearBar();
    void emit(const std::string& line);

    TrainingRun& m_run;
    bool m_json = false;
    bool m_bar = false;  ///< standard error is a terminal
    bool m_barShown = false;
    double m_barDrawn = 0;
    StepRecord m_last;
    int64_t m_firstStep = -1;
    double m_firstSeconds = 0;
    double m_smoothLoss = 0;
    RunEvent m_lastEpoch;
};

}  // namespace vitrine::cli
