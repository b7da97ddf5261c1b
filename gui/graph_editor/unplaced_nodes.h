// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes that a project's file gave no places, as other programs write it. Needs no window.
#pragma once

#include <QStringList>

#include "core/graph/edit.h"
#include "core/session/project.h"

namespace vitrine::gui {

/// Those of project.unplaced that are there still.
QStringList unplacedIn(const Project& project);
/// Moves for all of them: `layout` is how they lie among each other; where other nodes have places,
/// to the right of those, as high as the highest.
Transaction besidePlaced(const Project& project, const Transaction& layout);

}  // namespace vitrine::gui
