// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing the data of the project: by dialog, by dropping a folder, and where they are missing.
#pragma once

#include <QObject>

#include "core/base/result.h"
#include "gui/bridge/view_context.h"

class QMenu;

namespace vitrine::gui {

/// Window thread. Adds the action `data.choose`.
class DataActions : public QObject {
    Q_OBJECT
  public:
    DataActions(const ViewContext& context, QWidget* window);
    void fill(QMenu& menu);

    /// Asks for a folder, beginning where the data are now.
    void choose();
    /// Takes the data that lie in a folder, or tells why it cannot. One undo.
    bool take(const QString& folder);
    /// Asks where the data of a run are, and goes on with it.
    void locateForRun(const QString& run, const Error& why);

  Q_SIGNALS:
    void failed(const vitrine::Error& error);
    void message(const QString& text);

  private:
    QString askForFolder(const QString& title, const QString& start);
    QString presentFolder() const;

    ViewContext m_context;
    QWidget* m_window;
    QAction* m_choose;
};

}  // namespace vitrine::gui
