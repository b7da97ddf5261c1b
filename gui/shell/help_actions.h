// SPDX-License-Identifier: GPL-3.0-or-later
// The Help menu: tour, shortcuts, examples, versions.
#pragma once

#include <QObject>

#include <functional>

#include "gui/bridge/view_context.h"
#include "gui/shell/help_window.h"

class QMenu;

namespace vitrine::gui {

class HelpActions : public QObject {
    Q_OBJECT
  public:
    /// `openProject` opens an example after asking about unsaved work.
    HelpActions(const ViewContext& context, std::function<void(const QString&)> openProject,
                QWidget* window);
    void fill(QMenu& menu);

  private:
    void build();
    void show(HelpPage page);
    void fillExamples();

    ViewContext m_context;
    std::function<void(const QString&)> m_openProject;
    QWidget* m_window;
    HelpWindow* m_help = nullptr;  ///< made when it is first asked for
    QMenu* m_examples = nullptr;
    QAction *m_tour, *m_shortcuts, *m_about;
};

}  // namespace vitrine::gui
