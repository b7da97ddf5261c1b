// SPDX-License-Identifier: GPL-3.0-or-later
// What a network can be asked about: pictures that were drawn, and examples of the data.
#pragma once

#include <memory>
#include <vector>

#include "core/session/project.h"
#include "gui/bridge/prediction_stepper.h"

namespace vitrine::gui {

/// One picture, as the data store their images. `pixels`: [C, H, W], 0 … 1.
PredictionQuestion drawnQuestion(const std::vector<float>& pixels);

/// `count` test examples from `first` on. Errors: U05 naming a column that the data have not.
PredictionQuestion examplesQuestion(std::shared_ptr<const Dataset> data, int64_t first,
                                    int64_t count);

}  // namespace vitrine::gui
