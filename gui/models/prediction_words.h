// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a prediction that is stepped through. Needs no window.
#pragma once

#include <QString>

#include "core/session/project.h"
#include "gui/bridge/prediction_stepper.h"

namespace vitrine::gui {

/// `Stepping through the prediction for test example 7. Weights of step 640.` and behind its last
/// entry what the network gives. `data` names the classes; may be null.
/// `origin` as for weightsText.
QString predictionWords(const PredictionPlace& place, const Dataset* data,
                        const QString& origin = {});
QString compilingWords(const QString& subject);
/// Behind an edit of the network.
QString endedWords(const QString& subject);

}  // namespace vitrine::gui
