// SPDX-License-Identifier: GPL-3.0-or-later
// What of a project decides what a run computes.
#pragma once

#include <string>

#include "core/session/project.h"

namespace vitrine::gui {

/// Equal texts: the same tapes, data and updates. Leaves out names for people (nodes count by their
/// keys: a renamed one is the same), places on the canvas and the learning rate, which can be
/// changed while a run goes on.
std::string runEssence(const Project& project);

/// Equal texts: the same stored images in the same order.
std::string rawDataEssence(const Project& project);
/// Equal texts: the same images in the same order, with the same transforms.
std::string dataEssence(const Project& project);

}  // namespace vitrine::gui
