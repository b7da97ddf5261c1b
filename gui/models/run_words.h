// SPDX-License-Identifier: GPL-3.0-or-later
// What the training bar says of a run: one line for each thing that a run can be doing. Needs no
// window.
#pragma once

#include <QString>

#include <optional>

#include "core/session/live_run.h"
#include "gui/bridge/run_controller.h"

namespace vitrine::gui {

/// Everything that the line depends on.
struct RunSituation {
    RunPhase phase = RunPhase::None;
    bool hasNodes = true, hasData = true, dataFailed = false, isLoading = false, isEnding = false;
    bool isAtFault = false;  ///< graph or settings cannot be trained as they are
    double loaded = 0;       ///< share of the data that are there, while isLoading
    /// Why the last start came to nothing.
    std::optional<Error> refusal = {};
    int64_t step = 0;  ///< updates done
    int64_t totalSteps = 0, stepsPerEpoch = 0, epochs = 0, batch = 0;
    int64_t accumulate = 1;  ///< steps to an update
    double secondsPerStep = 0;  ///< 0: not known yet
    double seconds = 0;         ///< since the start, without those of an earlier life
    /// Of the newest test; of the past run where none is open.
    QString metric = {};
    bool isPast = false;  ///< what is shown came from disk

    // While paused.
    bool cannotSave = false;
    StopPoint stop = {};
    std::shared_ptr<const Tape> tape = {};  ///< of the step that it stands in
    /// The value that is not finite, where that made it stop here.
    ValueId nonFinite = noValue;
    /// One is stepped through: `stop` and `tape` are its.
    bool isPrediction = false;
};

QString runWords(const RunSituation& now);
/// 0 … 1: how far data or run are.
double runShare(const RunSituation& now);

}  // namespace vitrine::gui
