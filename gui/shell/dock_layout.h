// SPDX-License-Identifier: GPL-3.0-or-later
// The docks of the window: made from the registry of views, arranged, remembered, reset.
#pragma once

#include <QDockWidget>
#include <QHash>
#include <QObject>

#include "gui/views/view.h"

class QMainWindow;
class QMenu;
class QSettings;

namespace vitrine::gui {

class DockLayout : public QObject {
    Q_OBJECT
  public:
    /// Makes one dock a view; actions `view.<id>` show and focus it.
    DockLayout(QMainWindow& window, const ViewContext& context);

    /// The arrangement of a first start.
    void reset();
    /// Shares the window out as at a first start. Works on a window that is shown.
    void shareOut();
    void save(QSettings& settings) const;
    /// False where nothing was saved, or by another version.
    bool restore(const QSettings& settings);
    /// Shows a view in front of its neighbours. False where there is none with that id.
    bool raise(const QString& id);
    QDockWidget* dock(const QString& id) const { return m_docks.value(id); }
    void fill(QMenu& menu) const;

  private:
    void add(const ViewDescriptor& view, const ViewContext& context);
    void arrange();
    QDockWidget* firstOf(DockPlace place) const;

    QMainWindow& m_window;
    std::vector<const ViewDescriptor*> m_views;  ///< by place and order
    QHash<QString, QDockWidget*> m_docks;
    std::vector<QAction*> m_actions;
};

}  // namespace vitrine::gui
