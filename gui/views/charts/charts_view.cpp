// SPDX-License-Identifier: GPL-3.0-or-later
// The dock of curves: hands what the run reports to its panel.
#include <QMainWindow>
#include <QStatusBar>

#include "gui/bridge/follow.h"
#include "gui/bridge/invitation.h"
#include "gui/bridge/run_channels.h"
#include "gui/bridge/run_controller.h"
#include "gui/views/charts/charts_panel.h"
#include "gui/views/view.h"

namespace vitrine::gui::views::charts {

namespace {

void tell(QWidget& panel, const QString& sentence) {
    constexpr int readMs = 8000;
    QWidget* window = &panel;
    while (window && !qobject_cast<QMainWindow*>(window)) window = window->parentWidget();
    if (window) qobject_cast<QMainWindow*>(window)->statusBar()->showMessage(sentence, readMs);
}

/// The folder of what is shown: a live run's, or of one that lies on disk.
QString runName(const RunController& run) {
    if (run.run()) return QString::fromStdString(run.run()->folder());
    return run.pastRun() ? QString::fromStdString(run.pastRun()->run.folder) : QString();
}

QWidget* create(const ViewContext& context, QWidget* parent) {
    auto* panel = new ChartsPanel(context.theme, parent);
    RunController& run = context.run;
    follow(&run, &RunController::runOpened, panel,
           [panel, &run] { panel->startRun(runName(run), channelNames(run)); });
    follow(&run, &RunController::recordsArrived, panel,
           qOverload<const std::vector<StepRecord>&>(&ChartsPanel::add));
    follow(&run, &RunController::eventArrived, panel,
           qOverload<const RunEvent&>(&ChartsPanel::add));
    follow(&context.document, &Document::replaced, panel, &ChartsPanel::forgetRuns);
    QObject::connect(panel, &ChartsPanel::saved, panel, [panel, &run](const QString& file) {
        tell(*panel, QCoreApplication::translate("Charts", "Saved %1.").arg(file));
        run.exported();
    });
    QObject::connect(panel, &ChartsPanel::saveFailed, &run, &RunController::exportRefused);
    QObject::connect(panel, &ChartsPanel::saveFailed, &run, &RunController::failed);
    followInvitation(run, panel, [panel](const QString& text) { panel->setInvitation(text); });
    return panel;
}

}  // namespace

extern const ViewDescriptor descriptor;
const ViewDescriptor descriptor = {
    .id = "charts",
    .title = QT_TRANSLATE_NOOP("Views", "Charts"),
    .icon = "charts",
    .place = DockPlace::BottomLeft,
    .order = 0,
    .shortcut = "Alt+2",
    .tip = QT_TRANSLATE_NOOP("Views",
                             "Losses, metrics, learning rate and gradient norm over the steps."),
    .create = create,
};

}  // namespace vitrine::gui::views::charts
