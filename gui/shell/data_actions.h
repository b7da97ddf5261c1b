// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing the data of the project: by dialog, by dropping them, and where they are missing.
#pragma once

#include <QObject>

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/session/network_fit.h"
#include "core/session/project.h"
#include "gui/bridge/background.h"
#include "gui/bridge/view_context.h"

class QAction;
class QMenu;

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
    /// Looks at what lies in a folder or file, on a thread of its own; then shows it, and takes it
    /// where that is wanted: one undo, the network's fit with it. Tells why it cannot. Of several
    /// that are asked for meanwhile the last one counts.
    void take(const QString& path);
    /// Asks where the data of a run are, and goes on with it.
    void locateForRun(const QString& run, const Error& why);

  Q_SIGNALS:
    void failed(const vitrine::Error& error);
    void message(const QString& text);

  private:
    QString askFor(const QString& title, bool wantsFile);
    QString presentFolder() const;
    void recognise(const QString& path);
    void isRecognised();
    void preview(std::vector<DataSettings> found);
    void use(const DataSettings& settings, const NetworkFit& fit);

    ViewContext m_context;
    QWidget* m_window;
    QAction *m_choose, *m_chooseFile;
    QString m_path;      ///< that is looked at
    std::string m_file;  ///< of the project: folders count from where it is
    QString m_next;      ///< what takes its place; empty: nothing
    Background<Result<std::vector<DataSettings>>> m_recognising;
};

}  // namespace vitrine::gui
