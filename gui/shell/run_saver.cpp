// SPDX-License-Identifier: GPL-3.0-or-later
// Waits in an event loop of its own: the window goes on drawing.
#include "gui/shell/run_saver.h"

#include <QEventLoop>
#include <QMessageBox>
#include <QPushButton>
#include <QScopeGuard>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

RunSaver::RunSaver(const ViewContext& context, QWidget* window)
    : QObject(window), m_context(context), m_window(window) {
    setObjectName(QStringLiteral("runSaver"));
    constexpr int lookMs = 200;
    m_look.setInterval(lookMs);
    connect(&m_look, &QTimer::timeout, this, [this] { endSilentDevices(m_patience); });
}

bool RunSaver::mayClose() {
    RunController& run = m_context.run;
    if (!run.hasUnsavedRun()) return true;
    if (run.cannotSave()) return askToLoseByClosing();
    if (!run.isOver()) run.stop();
    message(tr("Saving the run …"));
    if (waitQuietly()) return true;
    return run.cannotSave() ? askToLoseByClosing() : ask();
}

bool RunSaver::mayReplace() {
    return !m_context.run.cannotSave() ||
           askToLose(tr("What it has learnt since it was last saved is lost when something else "
                        "takes its place."),
                     tr("Lose it"));
}

bool RunSaver::askToLoseByClosing() {
    return askToLose(
        tr("What it has learnt since it was last saved is lost when the window closes."),
        tr("Close all the same"));
}

bool RunSaver::askToLose(const QString& loss, const QString& yes) {
    const Error& why = *m_context.run.cannotSave();
    QMessageBox box(QMessageBox::NoIcon, tr("The run cannot be saved"), sentenceOf(why),
                    QMessageBox::NoButton, m_window);
    box.setObjectName(QStringLiteral("cannotSaveRun"));
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(loss);
    QPushButton* lose = box.addButton(yes, QMessageBox::DestructiveRole);
    QPushButton* stay = box.addButton(tr("Stay"), QMessageBox::RejectRole);
    box.setDefaultButton(stay);
    box.exec();
    return box.clickedButton() == lose;
}

bool RunSaver::waitQuietly() {
    constexpr int quietMs = 2000;
    QEventLoop loop;
    connect(&m_context.run, &RunController::allIsSaved, &loop, &QEventLoop::quit);
    connect(&m_context.run, &RunController::cannotSaveChanged, &loop, &QEventLoop::quit);
    QTimer::singleShot(quietMs, &loop, &QEventLoop::quit);
    // A second wish to close must not begin anew in here.
    loop.exec(QEventLoop::ExcludeUserInputEvents);
    return !m_context.run.hasUnsavedRun();
}

QString RunSaver::whyItTakesLong() const {
    const auto silence = std::chrono::duration_cast<std::chrono::seconds>(deviceSilence()).count();
    if (silence == 0)
        return tr(
            "The run is being saved: its step is brought to an end first, which takes longer "
            "than usual.");
    const auto patience = std::chrono::duration_cast<std::chrono::seconds>(m_patience).count();
    return tr("The run is to be saved, but the GPU has not answered for %1 s. It is waited for %2 "
              "s in all.")
        .arg(silence)
        .arg(patience);
}

bool RunSaver::ask() {
    QMessageBox box(QMessageBox::NoIcon, tr("Saving the run"), whyItTakesLong(),
                    QMessageBox::NoButton, m_window);
    box.setObjectName(QStringLiteral("savingRun"));
    m_look.start();
    const auto stopped = qScopeGuard([this] { m_look.stop(); });
    box.setInformativeText(tr("Without that it can be gone on with from its last checkpoint."));
    QPushButton* wait = box.addButton(tr("Close when saved"), QMessageBox::AcceptRole);
    QPushButton* now = box.addButton(tr("Close now"), QMessageBox::DestructiveRole);
    QPushButton* stay = box.addButton(tr("Stay"), QMessageBox::RejectRole);
    box.setDefaultButton(wait);
    connect(&m_context.run, &RunController::allIsSaved, wait, &QPushButton::click);
    box.exec();
    if (box.clickedButton() == now) return true;
    if (box.clickedButton() == stay || box.clickedButton() == nullptr) return false;
    QEventLoop loop;
    connect(&m_context.run, &RunController::allIsSaved, &loop, &QEventLoop::quit);
    connect(&m_context.run, &RunController::cannotSaveChanged, &loop, &QEventLoop::quit);
    const bool waits = m_context.run.hasUnsavedRun() && !m_context.run.cannotSave();
    if (waits) loop.exec(QEventLoop::ExcludeUserInputEvents);
    return m_context.run.cannotSave() ? askToLoseByClosing() : true;
}

}  // namespace vitrine::gui
