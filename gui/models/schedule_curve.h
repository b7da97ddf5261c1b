// SPDX-License-Identifier: GPL-3.0-or-later
// What a schedule makes of the learning rate over a run, for a preview.
#pragma once

#include <vector>

#include "core/session/project.h"

namespace vitrine::gui {

struct ScheduleCurve {
    std::vector<double> epochs, rates;  ///< of as many steps, in order
};

/// At most `points` steps, evenly spread, the first and the last among them. How many steps an
/// epoch has is not known before the data are open: as many as make `points` of the run.
ScheduleCurve scheduleCurve(const TrainingSettings& training, int points);

}  // namespace vitrine::gui
