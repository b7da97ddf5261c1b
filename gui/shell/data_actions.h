// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing the data of the project: by dialog, by dropping them, and where they are missing.
#pragma once

#include <QObject>

#include "core/base/result.h"
#include "core/session/network_fit.h"
#include "gui/bridge/view_context.h"

class QAction;
class QMenu;

namespace vitrine {
struct DataSettings;
}  // namespace vitrine

namespace vitrine::gui {

/// Window thread. Adds the actions `data.choose` and `data.choose_file`.
class DataActions : public QObject {
    Q_OBJECT
  public:
    DataActions(const ViewContext& context, QWidget* window);
    void fill(QMenu& menu);

    /// Asks for a folder, or for a file, beginning where the data are now.
    void choose();
    void chooseFile();
    /// Shows what lies in a folder or file, and takes it where that is wanted: one undo, the
    /// network's fit with it. Tells why it cannot.
    bool take(const QString& path);
    /// Asks where the data of a run are, and goes on with it.
    void locateForRun(const QString& run, const Error& why);

  Q_SIGNALS:
    void failed(const vitrine::Error& error);
    void message(const QString& text);

  private:
    QString askFor(const QString& title, bool wantsFile);
    QString presentFolder() const;
    void use(const DataSettings& settings, const NetworkFit& fit);

    ViewContext m_context;
    QWidget* m_window;
    QAction *m_choose, *m_chooseFile;
};

}  // namespace vitrine::gui
