// SPDX-License-Identifier: GPL-3.0-or-later
// The parts, and what keeps the selection in step with the run.
#include "gui/shell/workbench.h"

#include <QStandardPaths>

#include <algorithm>
#include <thread>

namespace vitrine::gui {

namespace {

const QString threadsKey = QStringLiteral("run/threads");
const QString watchKey = QStringLiteral("run/non_finite");

}  // namespace

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
    rememberOptions();
    QObject::connect(&document, &Document::nodeRenamed, &selection, &Selection::rename);
    QObject::connect(&document, &Document::replaced, &selection,
                     [this] { selection.selectNodes({}); });
    QObject::connect(&document, &Document::graphChanged, &selection, [this] {
        QStringList there = selection.nodes();
        there.removeIf([this](const QString& node) {
            return document.graph().indexOf(node.toStdString()) < 0;
        });
        if (there != selection.nodes()) selection.selectNodes(there);
    });
    QObject::connect(&run, &RunController::tapeChanged, &selection,
                     [this] { selection.setTape(run.tape()); });
    QObject::connect(&run, &RunController::stopPointChanged, &selection, [this] {
        // Pause takes nothing away that somebody looks at; every other stop is a place to look at.
        const bool isChosen = !selection.nodes().isEmpty() || selection.value() != noValue;
        if (run.isPausedAnywhere() && isChosen) return;
        if (const auto here = run.standsAt()) selection.selectEntry(std::max(0, here->entry - 1));
    });
    QObject::connect(&run, &RunController::nonFiniteShown, &selection, &Selection::selectValue);
}

/// Threads and the watch for NaN are a person's, not a project's.
void Workbench::rememberOptions() {
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    run.setThreads(std::clamp(settings.value(threadsKey, cores).toInt(), 1, cores));
    const int watch = settings.value(watchKey, 0).toInt();
    const int last = static_cast<int>(NonFiniteWatch::EveryValue);
    run.setNonFiniteWatch(static_cast<NonFiniteWatch>(std::clamp(watch, 0, last)));
    QObject::connect(&run, &RunController::optionsChanged, &selection,
                     [this] { settings.setValue(threadsKey, run.threads()); });
    QObject::connect(&run, &RunController::stopsChanged, &selection, [this] {
        settings.setValue(watchKey, static_cast<int>(run.stops().nonFinite));
    });
}

Workbench::~Workbench() { run.shutDown(); }

}  // namespace vitrine::gui
