// SPDX-License-Identifier: GPL-3.0-or-later
// What a start begins with where there are trained weights: they are kept, or not, and somebody
// says so.
#pragma once

#include "gui/bridge/view_context.h"

class QWidget;

namespace vitrine::gui {

/// What the answer was. `GoOn`: the run that was not finished is opened again.
enum class StartAnswer { Keep, Fresh, GoOn, Cancel };

/// Asks only where training now would make a new run from trained weights; `Keep` elsewhere. The
/// answers are buttons with the names `start.keep`, `start.fresh`, `start.go_on`.
StartAnswer askHowToStart(const ViewContext& context, QWidget* window);
/// The folder of the run that was stopped before its end and can be gone on with as it is drawn
/// now; empty where there is none.
QString unfinishedRun(const ViewContext& context);

}  // namespace vitrine::gui
