// SPDX-License-Identifier: GPL-3.0-or-later
// The parts, and what keeps the selection in step with the run.
#include "gui/shell/workbench.h"

#include <QStandardPaths>

namespace vitrine::gui {

UserFolders UserFolders::standard() {
    return {QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + "/settings.ini",
            QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation), false};
}

Workbench::Workbench(Theme& windowTheme, const UserFolders& folders)
    : theme(windowTheme),
      settings(folders.settings, QSettings::IniFormat),
      actions(windowTheme),
      run(document),
      recovery(document, folders.data + "/recovery") {
    run.setFallbackFolder(folders.data, folders.apart);
    QObject::connect(&document, &Document::nodeRenamed, &selection, &Selection::rename);
    QObject::connect(&document, &Document::replaced, &selection,
                     [this] { selection.selectNodes({}); });
    QObject::connect(&run, &RunController::tapeChanged, &selection,
                     [this] { selection.setTape(run.tape()); });
    QObject::connect(&run, &RunController::stopPointChanged, &selection, [this] {
        const StopPoint here = run.stopPoint();
        if (here.insideStep) selection.selectEntry(std::max(0, here.entry - 1));
    });
    QObject::connect(&run, &RunController::eventArrived, &selection, [this](const RunEvent& event) {
        if (event.kind == EventKind::NonFiniteValue) selection.selectValue(event.value);
    });
}

Workbench::~Workbench() { run.shutDown(); }

}  // namespace vitrine::gui
