// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be told of a run's events, and for how long it is true.
#pragma once

#include <optional>

#include "core/probe/records.h"
#include "gui/models/problem_model.h"

namespace vitrine {
class LiveRun;
}

namespace vitrine::gui {

class RunController;

/// Keeps the rows of ProblemSource::Run: they go with the run, and what a person has stepped back
/// over, or has gone on after, goes sooner. Window thread.
class RunProblems : public QObject {
    Q_OBJECT
  public:
    RunProblems(RunController& run, ProblemModel& model, QObject* parent = nullptr);

  Q_SIGNALS:
    /// A fault stands in the list that was not there; a warning counts in it and calls nobody.
    void happened();

  private:
    struct NonFiniteStop {
        Error error;
        int64_t step = 0;
        int entry = 0;
        bool isTold = true;  ///< the run has not gone back behind it
    };
    void take(const RunEvent& event);
    Error failure(LiveRun& run, const RunEvent& event) const;
    void tell(Error error, bool isWarning = false);
    void tellLeftOut(const RunEvent& event);
    void phaseHasChanged();
    void forgetWhatIsAhead();
    void runHasEnded();

    RunController& m_run;
    ProblemModel& m_model;
    std::vector<NonFiniteStop> m_stops;
    std::optional<Error> m_notSaved;   ///< the checkpoint that the run waits for
    int64_t m_leftOut = 0;             ///< updates
    RunEvent m_lastLeftOut;            ///< of them
    std::optional<double> m_accuracy;  ///< of the newest epoch, by the first loss over classes
};

}  // namespace vitrine::gui
