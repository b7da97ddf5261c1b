// SPDX-License-Identifier: GPL-3.0-or-later
// Status line: hint on the left; saved, threads, arena, parameters on the right.
#pragma once

#include <QStatusBar>
#include <QTimer>

#include "gui/bridge/view_context.h"

class QLabel;

namespace vitrine::gui {

class StatusLine : public QStatusBar {
    Q_OBJECT
  public:
    StatusLine(const ViewContext& context, QWidget* parent);
    void setHint(const QString& text);
    /// A hint that goes after a while.
    void say(const QString& text);
    void setZoom(double zoom);

  private:
    QLabel* add(const char* name, const QString& accessibleName);
    void update();

    ViewContext m_context;
    QTimer m_said;
    QLabel *m_hint, *m_differs, *m_saved, *m_arena, *m_parameters, *m_zoom;
};

}  // namespace vitrine::gui
