// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the schedule at evenly spread steps.
#include "gui/models/schedule_curve.h"

#include <algorithm>

namespace vitrine::gui {

ScheduleCurve scheduleCurve(const TrainingSettings& training, int points) {
    ScheduleCurve curve;
    const ScheduleDescriptor* schedule = findSchedule(training.schedule.id);
    if (!schedule || training.epochs < 1 || points < 2) return curve;
    ScheduleContext at;
    at.stepsPerEpoch = std::max<int64_t>(1, points / training.epochs);
    at.totalSteps = at.stepsPerEpoch * training.epochs;
    const int64_t last = at.totalSteps - 1, asked = std::min<int64_t>(points, at.totalSteps);
    for (int64_t i = 0; i < asked; ++i) {
        at.step = asked > 1 ? last * i / (asked - 1) : 0;
        curve.epochs.push_back(static_cast<double>(at.step) /
                               static_cast<double>(at.stepsPerEpoch));
        curve.rates.push_back(training.learningRate *
                              schedule->factor(training.schedule.attrs, at));
    }
    return curve;
}

}  // namespace vitrine::gui
