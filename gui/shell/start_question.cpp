// SPDX-License-Identifier: GPL-3.0-or-later
// One message box, put together from what the last run came to.
#include "gui/shell/start_question.h"

#include <QMessageBox>
#include <QPushButton>

#include "core/graph/fingerprint.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/weights_origin.h"
#include "gui/models/count_words.h"

namespace vitrine::gui {

namespace {

/// Edited settings do not matter: a run goes on with its own.
bool isUnfinished(const PastRun& run, const Document& document) {
    const bool isSame = run.graph.empty() || run.graph == graphFingerprint(document.graph());
    return isSame && run.hasCheckpoint && run.state != PastRunState::Finished &&
           run.state != PastRunState::Running && run.state != PastRunState::Failed;
}

QString whatThereIs(const RunController& run) {
    const QString steps =
        countWords(run.trainedSteps(), QObject::tr("1 step"), QObject::tr("%1 steps"));
    if (run.phase() == RunPhase::Finished)
        return QObject::tr("The run has finished; its weights have learnt for %1.").arg(steps);
    return QObject::tr("The weights of the last run have learnt for %1.").arg(steps);
}

QPushButton* add(QMessageBox& box, const QString& text, const char* name) {
    QPushButton* button = box.addButton(text, QMessageBox::AcceptRole);
    button->setObjectName(QString::fromLatin1(name));
    return button;
}

}  // namespace

QString unfinishedRun(const ViewContext& context) {
    const RunController& run = context.run;
    if (run.differsFromDocument()) return {};
    if (run.phase() == RunPhase::Stopped && run.run())
        return QString::fromStdString(run.run()->folder());
    if (run.pastRun() && isUnfinished(run.pastRun()->run, context.document))
        return QString::fromStdString(run.pastRun()->run.folder);
    return {};
}

StartAnswer askHowToStart(const ViewContext& context, QWidget* window) {
    const RunController& run = context.run;
    if (!run.isOver() || run.trainedSteps() == 0 || run.phase() == RunPhase::Opening)
        return StartAnswer::Keep;
    QMessageBox box(QMessageBox::NoIcon, QObject::tr("Train"), whatThereIs(run),
                    QMessageBox::Cancel, window);
    box.setObjectName(QStringLiteral("howToStart"));
    const QString origin = originOf(context.document.graph());
    const QString others =
        origin.isEmpty() ? QObject::tr("fresh ones") : QObject::tr("those of %1").arg(origin);
    box.setInformativeText(
        (run.differsFromDocument()
             ? QObject::tr("The network has been changed since. A new run can keep the weights of "
                           "every node that is still the same, or start from %1.")
             : QObject::tr("A new run can go on learning from them, or start from %1."))
            .arg(others));
    QPushButton* goOn = nullptr;
    if (!unfinishedRun(context).isEmpty())
        goOn = add(box, QObject::tr("Go on with the run"), "start.go_on");
    QPushButton* keep = add(box, QObject::tr("Keep the weights"), "start.keep");
    QPushButton* fresh = add(
        box,
        origin.isEmpty() ? QObject::tr("Fresh weights") : QObject::tr("Weights of %1").arg(origin),
        "start.fresh");
    box.setDefaultButton(goOn ? goOn : keep);
    box.exec();
    if (goOn && box.clickedButton() == goOn) return StartAnswer::GoOn;
    if (box.clickedButton() == keep) return StartAnswer::Keep;
    return box.clickedButton() == fresh ? StartAnswer::Fresh : StartAnswer::Cancel;
}

}  // namespace vitrine::gui
