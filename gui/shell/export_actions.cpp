// SPDX-License-Identifier: GPL-3.0-or-later
// Entries of a menu, and what they open.
#include "gui/shell/export_actions.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

#include "gui/bridge/run_controller.h"
#include "gui/document/document.h"
#include "gui/models/count_words.h"
#include "gui/shell/export_dialog.h"
#include "gui/shell/picture_dialog.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

ExportActions::ExportActions(const ViewContext& context, QSettings& settings, QWidget* window)
    : QObject(window), m_context(context), m_settings(settings), m_window(window), m_work(this) {
    build();
    connect(&m_work, &ExportWork::weightsDone, this, &ExportActions::sayWeights);
    connect(&m_work, &ExportWork::runDone, this, &ExportActions::sayRun);
    connect(&m_work, &ExportWork::failed, this, [this](const Error& error) {
        followDocument();
        failed(error);
    });
    connect(&m_files, &PlotExport::failed, this, &ExportActions::failed);
    connect(&m_files, &PlotExport::saved, this,
            [this](const QString& file) { message(tr("Saved %1").arg(file)); });
    connect(&context.document, &Document::graphChanged, this, &ExportActions::followDocument);
    for (const auto changed : {&RunController::phaseChanged, &RunController::pastRunChanged})
        connect(&context.run, changed, this, &ExportActions::followDocument);
    followDocument();
}

QAction* ExportActions::addModel(ExportKind kind, const char* id, const QString& text,
                                 const QKeySequence& keys, const QString& tip) {
    return m_context.actions.add(
        m_window,
        {.id = id, .group = tr("File"), .text = text, .icon = "save", .shortcut = keys, .tip = tip},
        [this, kind] { exportModel(kind); });
}

void ExportActions::build() {
    ActionBook& book = m_context.actions;
    const QString group = tr("File");
    m_model = addModel(ExportKind::Model, "file.export", tr("&ONNX model …"),
                       QKeySequence(Qt::CTRL | Qt::Key_E),
                       tr("Export the network for other programs, with a proof"));
    m_cpp = addModel(ExportKind::Cpp, "file.export_cpp", tr("Plain &C++ …"),
                     QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C),
                     tr("Export the network as a program that needs nothing, with a proof"));
    m_torch = addModel(ExportKind::Torch, "file.export_torch", tr("PyTorch &module …"),
                       QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_P),
                       tr("Export the network as readable Python, with a proof"));
    m_weights = book.add(m_window,
                         {.id = "file.export_weights",
                          .group = group,
                          .text = tr("&Weights …"),
                          .icon = "save",
                          .shortcut = QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_E),
                          .tip = tr("Save the newest weights alone: safetensors, or NPZ of NumPy")},
                         [this] { exportWeights(); });
    m_runs =
        book.add(m_window,
                 {.id = "file.export_run",
                  .group = group,
                  .text = tr("Measurements of the &run …"),
                  .icon = "save",
                  .shortcut = QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_R),
                  .tip = tr("Save what the run has measured: a table, or TensorBoard's events")},
                 [this] { exportRun(); });
    m_picture = book.add(m_window,
                         {.id = "file.export_picture",
                          .group = group,
                          .text = tr("&Picture of the graph …"),
                          .icon = "save",
                          .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                          .tip = tr("Save all of the canvas as SVG, PNG or PDF")},
                         [this] { savePicture(); });
}

void ExportActions::fill(QMenu& menu) {
    QMenu* exports = menu.addMenu(tr("&Export"));
    exports->setObjectName(QStringLiteral("file.exports"));
    exports->setToolTipsVisible(true);
    exports->addActions({m_model, m_cpp, m_torch, m_weights, m_runs, m_picture});
}

/// Of an empty canvas nothing can be exported.
void ExportActions::followDocument() {
    const bool isAny = !m_context.document.graph().nodes().empty();
    for (QAction* action : {m_model, m_cpp, m_torch}) action->setEnabled(isAny);
    m_runs->setEnabled(!runToExport().isEmpty() && !m_work.isRunning());
    m_picture->setEnabled(isAny);
    m_weights->setEnabled(isAny && !m_work.isRunning());
}

/// One at a time: they would be about the same network.
void ExportActions::exportModel(ExportKind kind) {
    if (m_dialog && m_dialog->kind() != kind) m_dialog->close();
    if (!m_dialog || m_dialog->kind() != kind) {
        m_dialog = new ExportDialog(kind, m_context, m_settings, m_window);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_dialog, &ExportDialog::message, this, &ExportActions::message);
    }
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

void ExportActions::exportWeights() {
    const QFileInfo project(m_context.document.file());
    const QDir folder = m_context.document.file().isEmpty() ? QDir::home() : project.dir();
    const QString safetensors = tr("Weights (*.safetensors)"), npz = tr("Arrays of NumPy (*.npz)");
    QFileDialog dialog(m_window, tr("Save the weights"), folder.path());
    dialog.setObjectName(QStringLiteral("export.chooseWeightsFile"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setNameFilters({safetensors, npz});
    dialog.setDefaultSuffix(QStringLiteral("safetensors"));
    connect(&dialog, &QFileDialog::filterSelected, &dialog, [&](const QString& chosen) {
        dialog.setDefaultSuffix(chosen == npz ? QStringLiteral("npz")
                                              : QStringLiteral("safetensors"));
    });
    dialog.selectFile(m_context.document.title() + QStringLiteral(".safetensors"));
    if (dialog.exec() != QDialog::Accepted || m_work.isRunning()) return;
    m_steps = m_context.run.trainedSteps();
    m_work.start(ExportWish{.project = m_context.document.project(),
                            .path = dialog.selectedFiles().value(0).toStdString(),
                            .states = m_steps > 0 ? m_context.run.states() : nullptr,
                            .choices = {}});
    followDocument();
}

/// The folder of the run that goes on or has ended, else of the one that is shown from disk.
QString ExportActions::runToExport() const {
    const LiveRun* run = m_context.run.run();
    if (run) return QString::fromStdString(run->folder());
    const std::optional<PastResult>& past = m_context.run.pastRun();
    return past ? QString::fromStdString(past->run.folder) : QString();
}

void ExportActions::exportRun() {
    const QString run = runToExport();
    if (run.isEmpty() || m_work.isRunning()) return;
    const QFileInfo project(m_context.document.file());
    const QDir folder = m_context.document.file().isEmpty() ? QDir::home() : project.dir();
    const QString table = tr("Tables (*.csv)"), events = tr("Folder of TensorBoard's events (*)");
    QFileDialog dialog(m_window, tr("Save what the run has measured"), folder.path());
    dialog.setObjectName(QStringLiteral("export.chooseRunFile"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setNameFilters({table, events});
    dialog.setDefaultSuffix(QStringLiteral("csv"));
    const QString name = QFileInfo(run).fileName();
    connect(&dialog, &QFileDialog::filterSelected, &dialog, [&](const QString& chosen) {
        const QString suffix = chosen == table ? QStringLiteral("csv") : QString();
        dialog.setDefaultSuffix(suffix);
        dialog.selectFile(suffix.isEmpty() ? name : name + '.' + suffix);
    });
    dialog.selectFile(name + QStringLiteral(".csv"));
    if (dialog.exec() != QDialog::Accepted || m_work.isRunning()) return;
    m_work.start(
        RunWish{.run = run.toStdString(), .path = dialog.selectedFiles().value(0).toStdString()});
    followDocument();
}

void ExportActions::sayRun(const RunExport& report) {
    followDocument();
    message(tr("Saved %1: %2")
                .arg(QString::fromStdString(report.path),
                     countWords(report.steps, tr("1 step"), tr("%1 steps"))));
}

void ExportActions::sayWeights(const WeightsReport& report) {
    followDocument();
    const QString of = m_steps > 0 ? countWords(m_steps, tr("after 1 update of the run"),
                                                tr("after %1 updates of the run"))
                                   : tr("that training starts with, for nothing is trained yet");
    message(tr("Saved %1: %2, %3")
                .arg(QString::fromStdString(report.path),
                     countWords(report.numbers, tr("1 number"), tr("%1 numbers")), of));
}

void ExportActions::savePicture() {
    PictureDialog dialog(m_context.document, m_context.theme, m_window);
    connect(&dialog, &PictureDialog::failed, this, &ExportActions::failed);
    if (dialog.exec() != QDialog::Accepted) return;
    m_files.start(
        {.file = dialog.file(),
         .prepare = [] { return true; },
         .write = [bytes = dialog.bytes()](
                      AtomicFile& file) { return file.write(bytes.constData(), bytes.size()); }});
}

}  // namespace vitrine::gui
