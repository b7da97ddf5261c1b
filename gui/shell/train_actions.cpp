// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with a run, and when.
#include "gui/shell/train_actions.h"

#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QToolBar>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/selection.h"
#include "gui/document/document.h"
#include "gui/shell/run_list.h"
#include "gui/shell/run_saver.h"
#include "gui/shell/start_question.h"
#include "gui/shell/tune_dialog.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

TrainActions::TrainActions(const ViewContext& context, QWidget* window)
    : QObject(window), m_context(context), m_window(window) {
    build(window);
    buildTune(window);
    connect(&context.document, &Document::fileChanged, this, &TrainActions::update);
    connect(&context.run, &RunController::phaseChanged, this, &TrainActions::update);
    connect(&context.run, &RunController::loadingChanged, this, &TrainActions::update);
    connect(&context.run, &RunController::stopPointChanged, this, &TrainActions::update);
    connect(&context.run, &RunController::predictionChanged, this, &TrainActions::update);
    connect(&context.selection, &Selection::changed, this, &TrainActions::update);
    connect(&context.theme, &Theme::changed, this, &TrainActions::update);
    connect(&context.run, &RunController::weightsTaken, this, &TrainActions::tellWeights);
    connect(&context.run, &RunController::stopsChanged, this, &TrainActions::updateStops);
    connect(&context.run, &RunController::optionsChanged, this, &TrainActions::updateStops);
    update();
    updateStops();
}

void TrainActions::build(QWidget* window) {
    RunController& run = m_context.run;
    ActionBook& book = m_context.actions;
    const QString group = tr("Train");
    m_play = book.add(window,
                      {.id = "train.play",
                       .group = group,
                       .text = tr("Train"),
                       .icon = "play",
                       .shortcut = Qt::Key_Space,
                       .tip = tr("Train, or pause")},
                      [this, &run] { start([&run] { run.playOrPause(); }); });
    m_batch = book.add(window,
                       {.id = "train.step_batch",
                        .group = group,
                        .text = tr("Step one batch"),
                        .icon = "step",
                        .shortcut = Qt::Key_F11,
                        .tip = tr("Run one training step to its end")},
                       [this, &run] { start([&run] { run.stepBatch(); }); });
    m_entry = book.add(window,
                       {.id = "train.step_entry",
                        .group = group,
                        .text = tr("Step one entry"),
                        .icon = "step-entry",
                        .shortcut = Qt::Key_F10,
                        .tip = tr("Run the next entry of the tape and stop")},
                       [this, &run] { start([&run] { run.stepEntry(); }); });
    m_back = book.add(window,
                      {.id = "train.step_back",
                       .group = group,
                       .text = tr("Step one entry back"),
                       .icon = "step-back",
                       .shortcut = QKeySequence(Qt::SHIFT | Qt::Key_F10),
                       .tip = tr("Go back one entry: the step is run again from its start")},
                      [&run] { run.stepBack(); });
    m_runTo = book.add(window,
                       {.id = "train.run_to_node",
                        .group = group,
                        .text = tr("Run to the selected node"),
                        .icon = "run-to",
                        .shortcut = QKeySequence(Qt::CTRL | Qt::Key_F10),
                        .tip = tr("Go on and stop before the selected node is next computed")},
                       [this] {
                           const QStringList& nodes = m_context.selection.nodes();
                           if (nodes.size() != 1) return;
                           start([this, node = nodes[0]] { m_context.run.runToNode(node); });
                       });
    m_stop =
        book.add(window,
                 {.id = "train.stop",
                  .group = group,
                  .text = tr("Stop"),
                  .icon = "stop",
                  .shortcut = QKeySequence(Qt::SHIFT | Qt::Key_F5),
                  .tip = tr("End the run; the weights are kept. While data are made: end that. "
                            "While a prediction is stepped through: leave it")},
                 [&run] { run.stop(); });
    m_reset =
        book.add(window,
                 {.id = "train.reset",
                  .group = group,
                  .text = tr("Fresh weights"),
                  .icon = "reset",
                  .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
                  .tip = tr("End the run and forget the weights; the next run starts afresh, or "
                            "from the weights of the model that was imported")},
                 [this, &run] {
                     if (RunSaver(m_context, m_window).mayReplace()) run.resetWeights();
                 });
    m_resume = book.add(
        window,
        {.id = "train.resume",
         .group = group,
         .text = tr("Go on with a run …"),
         .icon = "open",
         .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O),
         .tip = tr("Open a run that was stopped or broke off, from its newest checkpoint")},
        [this] { chooseRun(); });
    m_overfit =
        book.add(window,
                 {.id = "train.overfit",
                  .group = group,
                  .text = tr("Overfit one batch"),
                  .icon = "one-batch",
                  .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B),
                  .tip = tr("From the next run on every step takes the same batch: a network "
                            "that cannot learn that has a fault"),
                  .checkable = true},
                 [this] { m_context.run.setOverfitOneBatch(m_overfit->isChecked()); });
    m_record = book.add(window,
                        {.id = "train.record",
                         .group = group,
                         .text = tr("Stop anywhere"),
                         .icon = "record",
                         .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F10),
                         .tip = tr("Keep a copy of the state at each step's start, so that a pause "
                                   "stops at once and can be stepped back from"),
                         .checkable = true},
                        [this] { m_context.run.setRecordSteps(m_record->isChecked()); });
    m_clear = book.add(window,
                       {.id = "train.clear_breakpoints",
                        .group = group,
                        .text = tr("Remove all breakpoints"),
                        .icon = "breakpoint",
                        .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F9),
                        .tip = tr("Remove every breakpoint")},
                       [&run] { run.clearBreakpoints(); });
}

void TrainActions::buildTune(QWidget* window) {
    m_tune = m_context.actions.add(
        window,
        {.id = "train.tune",
         .group = tr("Train"),
         .text = tr("Measure kernels …"),
         .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K),
         .tip = tr("Try every way in which the network's operators could be computed on this "
                   "machine, and choose by that from now on. The project has to be saved first: "
                   "the table is kept beside it")},
        [this] { (new TuneDialog(m_context, m_window))->open(); });
}

void TrainActions::chooseRun() {
    RunController& run = m_context.run;
    QStringList folders{run.runsFolder()};
    if (!folders.contains(run.fallbackRunsFolder())) folders << run.fallbackRunsFolder();
    RunList list(folders, m_window);
    if (list.exec() != QDialog::Accepted || !RunSaver(m_context, m_window).mayReplace()) return;
    if (list.choice() == RunList::Choice::GoOn) run.resume(list.folder());
    if (list.choice() == RunList::Choice::TakeWeights) run.takeWeights(list.folder());
}

/// Which tensor of the file became which of the network's.
void TrainActions::tellWeights(const QString& file, const QString& summary, const QString& table) {
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, tr("Weights"),
        tr("The next run starts from the weights in '%1'.").arg(QFileInfo(file).fileName()),
        QMessageBox::Ok, m_window);
    box->setObjectName(QStringLiteral("weightsTaken"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(summary);
    box->setDetailedText(table);
    box->open();
}

/// A start where there are trained weights says and asks whether they are kept.
void TrainActions::start(const std::function<void()>& how) {
    RunController& run = m_context.run;
    if (run.isPredicting()) return how();
    const StartAnswer answer = askHowToStart(m_context, m_window);
    if (answer == StartAnswer::Cancel) return;
    if (answer == StartAnswer::Fresh && !RunSaver(m_context, m_window).mayReplace()) return;
    if (answer == StartAnswer::GoOn) run.resume(unfinishedRun(m_context));  // then, as was asked
    if (answer == StartAnswer::Fresh) run.resetWeights();
    how();
}

void TrainActions::update() {
    if (m_context.run.isPredicting())
        updateForPrediction();
    else
        updateForRun();
}

/// Keys and buttons are those of the prediction; what concerns the run waits until it is left.
void TrainActions::updateForPrediction() {
    const RunController& run = m_context.run;
    const PredictionPlace& place = run.prediction().place();
    const bool isOpen = run.isSteppingPrediction();
    const bool goesOn = run.hasPredictionEnded() || (isOpen && !place.isAtEnd());
    m_play->setText(tr("Go on"));
    m_play->setIcon(m_context.theme.icon("play", m_context.theme.tokens().good));
    m_play->setEnabled(goesOn);
    m_entry->setEnabled(goesOn);
    m_back->setEnabled(isOpen && place.entry > 0);
    m_runTo->setEnabled(isOpen && m_context.selection.nodes().size() == 1);
    m_stop->setEnabled(true);
    for (QAction* ofRun : {m_batch, m_reset, m_resume, m_tune}) ofRun->setEnabled(false);
}

void TrainActions::updateForRun() {
    const RunController& run = m_context.run;
    const RunPhase phase = run.phase();
    const bool running = phase == RunPhase::Running, opening = phase == RunPhase::Opening;
    const bool live = running || phase == RunPhase::Paused || phase == RunPhase::Ready;
    m_play->setText(running ? tr("Pause") : phase == RunPhase::Paused ? tr("Go on") : tr("Train"));
    m_play->setIcon(
        m_context.theme.icon(running ? "pause" : "play", running ? m_context.theme.tokens().warn
                                                                 : m_context.theme.tokens().good));
    m_play->setEnabled(!opening);
    m_batch->setEnabled(!running && !opening);
    m_entry->setEnabled(!running && !opening);
    m_back->setEnabled(phase == RunPhase::Paused && run.stopPoint().canStepBack);
    m_runTo->setEnabled(!opening && m_context.selection.nodes().size() == 1);
    m_stop->setEnabled(live || opening || run.isLoading());
    m_reset->setEnabled(!opening);
    m_resume->setEnabled(!running && !opening && phase != RunPhase::Paused);
    m_tune->setEnabled(!running && !opening && !m_context.document.file().isEmpty());
}

void TrainActions::updateStops() {
    m_overfit->setChecked(m_context.run.overfitOneBatch());
    m_record->setChecked(m_context.run.stops().record);
    m_clear->setEnabled(!m_context.run.breakpoints().empty());
}

void TrainActions::fill(QMenu& menu) const {
    menu.addActions({m_play, m_stop});
    menu.addSeparator();
    menu.addActions({m_batch, m_entry, m_back, m_runTo});
    if (QAction* predict = m_context.actions.find("data.step_prediction")) menu.addAction(predict);
    menu.addSeparator();
    menu.addActions({m_record, m_overfit, m_reset, m_clear});
    menu.addSeparator();
    for (const char* choice : {"train.choose_device", "train.choose_precision"})
        if (QAction* choose = m_context.actions.find(choice)) menu.addAction(choose);
    menu.addSeparator();
    menu.addActions({m_resume, m_tune});
}

void TrainActions::fill(QToolBar& bar) const {
    bar.addActions({m_play, m_stop});
    bar.addSeparator();
    bar.addActions({m_batch, m_back, m_entry, m_runTo});
    bar.addSeparator();
    bar.addActions({m_record, m_overfit, m_reset});
}

}  // namespace vitrine::gui
