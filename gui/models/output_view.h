// SPDX-License-Identifier: GPL-3.0-or-later
// What a network gave for an example, as a picture or as words.
#pragma once

#include <QImage>
#include <QString>

#include "core/session/predictor.h"
#include "gui/bridge/weights_origin.h"  // IWYU pragma: export

namespace vitrine::gui {

/// Of planes of numbers [C, H, W]: black and white are those of the images that they are compared
/// with, else 0 and 1 where they lie there, else their smallest and largest. Null where an output
/// has another shape.
QImage pictureOf(const PredictedOutput& output, int64_t example);
/// What black and white stand for in that picture.
std::pair<double, double> rangeOf(const PredictedOutput& output, int64_t example);
/// `7 · 98.1 %` of classes, else up to four numbers. `data` names the classes; may be null.
QString textOf(const PredictedOutput& output, int64_t example, const Dataset* data);

/// Untrained ones, those of a step, and which are fresh.
/// `origin`: where weights come from that no run has trained yet; see originOf.
QString weightsText(const UsedWeights& weights, const QString& origin = {});

}  // namespace vitrine::gui
