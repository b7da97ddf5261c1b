// SPDX-License-Identifier: GPL-3.0-or-later
// StopGuide: leads a person to where the run has come to stand inside of a step, or a prediction
// that is stepped through.
#pragma once

#include <QObject>

#include "core/session/live_run.h"
#include "gui/bridge/view_context.h"

namespace vitrine::gui {

class DockLayout;
class GraphEditor;

/// Window thread. The canvas shows the node that runs next, and the one that made what is not
/// finite. Value comes to the front, once for each stop of a run that went on, not for every step
/// by hand; a dock that somebody has floated or closed stays as it is, and so does the keyboard.
/// A pause leads nowhere: whoever presses it goes on looking at what is there.
class StopGuide : public QObject {
    Q_OBJECT
  public:
    StopGuide(const ViewContext& context, GraphEditor& editor, DockLayout& docks, QObject* parent);

  private:
    void showStop();
    void showMaker(ValueId value);
    void raiseValue();
    bool isOneStepFrom(const StopPoint& before, const StopPoint& now) const;

    ViewContext m_context;
    GraphEditor& m_editor;
    DockLayout& m_docks;
    StopPoint m_last;
    bool m_wasAtEnd = false;  ///< it stood behind a step's last entry
    bool m_wasPrediction = false;
};

}  // namespace vitrine::gui
