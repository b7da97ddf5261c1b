// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the window together.
#include "gui/shell/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLayout>
#include <QMenuBar>
#include <QMimeData>
#include <QTimer>
#include <QVBoxLayout>

#include "gui/graph_editor/graph_editor.h"
#include "gui/shell/command_palette.h"
#include "gui/shell/data_actions.h"
#include "gui/shell/data_banner.h"
#include "gui/shell/dock_layout.h"
#include "gui/shell/file_actions.h"
#include "gui/shell/foreign_file.h"
#include "gui/shell/help_actions.h"
#include "gui/shell/prediction_banner.h"
#include "gui/shell/recovery_banner.h"
#include "gui/shell/room_banner.h"
#include "gui/shell/run_saver.h"
#include "gui/shell/silence_banner.h"
#include "gui/shell/status_line.h"
#include "gui/shell/stop_guide.h"
#include "gui/shell/train_actions.h"
#include "gui/shell/training_bar.h"
#include "gui/shell/weights_banner.h"
#include "gui/widgets/typed_line.h"
#include "gui/widgets/wheel_guard.h"

namespace vitrine::gui {

namespace {
const QString themeKey = QStringLiteral("window/theme");
}

MainWindow::MainWindow(Workbench& bench) : m_bench(bench) {
    setObjectName(QStringLiteral("vitrine"));
    // The docks' first hints are larger than what they need once they are laid out, and the window
    // must not grow for them.
    layout()->setSizeConstraint(QLayout::SetNoConstraint);
    setMinimumSize(960, 600);
    const ViewContext context = bench.context();
    buildCentre(context);
    m_files = new FileActions(context, m_bench.settings, this);
    m_data = new DataActions(context, this);
    m_saver = new RunSaver(context, this);
    setAcceptDrops(true);
    buildEditActions();
    m_train = new TrainActions(context, this);
    m_docks = new DockLayout(*this, context);
    new StopGuide(context, *m_editor, *m_docks, this);
    m_bar = new TrainingBar(context, this);
    m_train->fill(*m_bar);
    m_bar->build();
    addToolBar(m_bar);
    m_status = new StatusLine(context, this);
    setStatusBar(m_status);
    m_palette = new CommandPalette(m_bench.actions, this);
    new WheelGuard(this);
    buildViewActions();
    m_help = new HelpActions(
        context, [this](const QString& project) { m_files->openAfterAsking(project); }, this);
    buildMenus();
    connectParts();
    resize(1440, 900);
    if (m_bench.settings.contains(themeKey))
        m_bench.theme.setKind(m_bench.settings.value(themeKey) == "light" ? ThemeKind::Light
                                                                          : ThemeKind::Dark);
    m_isArranged = m_docks->restore(m_bench.settings);
    m_banner->offer();
    updateTitle();
}

void MainWindow::buildCentre(const ViewContext& context) {
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_banner = new RecoveryBanner(m_bench.recovery, centre);
    m_weights = new WeightsBanner(context, centre);
    m_editor = new GraphEditor(context, centre);
    m_editor->setObjectName(QStringLiteral("canvas"));
    layout->addWidget(m_banner);
    layout->addWidget(m_weights);
    layout->addWidget(new DataBanner(context, centre));
    layout->addWidget(new RoomBanner(context, centre));
    layout->addWidget(new SilenceBanner(context, centre));
    layout->addWidget(new PredictionBanner(context, centre));
    layout->addWidget(m_editor, 1);
    centre->setFocusProxy(m_editor);
    setCentralWidget(centre);
}

/// What is being typed in a floating dock is taken while everything that hears of it is there: the
/// focus would leave only when menus and actions are gone.
MainWindow::~MainWindow() {
    if (QWidget* typed = QApplication::focusWidget()) typed->clearFocus();
}

void MainWindow::buildEditActions() {
    QUndoStack& undo = m_bench.document.undoStack();
    const QString group = tr("Edit");
    QAction* back = m_bench.actions.add(this,
                                        {.id = "edit.undo",
                                         .group = group,
                                         .text = tr("&Undo"),
                                         .icon = "undo",
                                         .shortcut = QKeySequence::Undo,
                                         .tip = tr("Take back the last change")},
                                        [&undo] { undo.undo(); });
    QAction* again = m_bench.actions.add(this,
                                         {.id = "edit.redo",
                                          .group = group,
                                          .text = tr("&Redo"),
                                          .icon = "redo",
                                          .shortcut = QKeySequence::Redo,
                                          .tip = tr("Do again what was taken back")},
                                         [&undo] { undo.redo(); });
    const auto name = [](QAction* action, const QString& verb, const QString& what) {
        action->setText(what.isEmpty() ? verb : QStringLiteral("%1: %2").arg(verb, what));
    };
    connect(&undo, &QUndoStack::undoTextChanged, this,
            [=](const QString& what) { name(back, tr("&Undo"), what); });
    connect(&undo, &QUndoStack::redoTextChanged, this,
            [=](const QString& what) { name(again, tr("&Redo"), what); });
    connect(&undo, &QUndoStack::canUndoChanged, back, &QAction::setEnabled);
    connect(&undo, &QUndoStack::canRedoChanged, again, &QAction::setEnabled);
    back->setEnabled(false);
    again->setEnabled(false);
    m_edit = {back, again};
}

void MainWindow::buildViewActions() {
    const QString group = tr("Window");
    m_view.push_back(
        m_bench.actions.add(this,
                            {.id = "window.palette",
                             .group = group,
                             .text = tr("&Command palette"),
                             .icon = "command",
                             .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P),
                             .tip = tr("Find any command by its name")},
                            [this] { m_palette->open(); }));
    m_view.push_back(m_bench.actions.add(
        this,
        {.id = "window.theme",
         .group = group,
         .text = tr("Dark or light"),
         .icon = "theme",
         .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
         .tip = tr("Change between the dark and the light theme")},
        [this] {
            m_bench.theme.setKind(m_bench.theme.isDark() ? ThemeKind::Light : ThemeKind::Dark);
            m_bench.settings.setValue(themeKey, m_bench.theme.isDark() ? "dark" : "light");
        }));
    m_view.push_back(
        m_bench.actions.add(this,
                            {.id = "window.reset",
                             .group = group,
                             .text = tr("Reset the layout"),
                             .icon = "reset",
                             .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_0),
                             .tip = tr("Put all docks back where they were at first")},
                            [this] { m_docks->reset(); }));
}

void MainWindow::buildMenus() {
    const auto menu = [this](const QString& title, const char* name) {
        QMenu* made = menuBar()->addMenu(title);
        made->setObjectName(QString::fromLatin1(name));
        made->setToolTipsVisible(true);
        return made;
    };
    QMenu* file = menu(tr("&File"), "menu.file");
    m_files->fill(*file, [this, file] { m_data->fill(*file); });
    QMenu* edit = menu(tr("&Edit"), "menu.edit");
    QMenu* train = menu(tr("&Train"), "menu.train");
    QMenu* view = menu(tr("&View"), "menu.view");
    for (QAction* action : m_edit) edit->addAction(action);
    edit->addSeparator();
    fillCanvasActions(*edit);
    m_train->fill(*train);
    m_docks->fill(*view);
    view->addSeparator();
    for (QAction* action : m_view) view->addAction(action);
    m_help->fill(*menu(tr("&Help"), "menu.help"));
}

/// Actions of the canvas: what is seldom chosen from a menu stands in a menu of its own.
void MainWindow::fillCanvasActions(QMenu& edit) {
    const auto isOf = [](const QAction* action, std::initializer_list<const char*> kinds) {
        return std::any_of(kinds.begin(), kinds.end(), [action](const char* kind) {
            return action->objectName().startsWith(QStringLiteral("canvas.") + kind);
        });
    };
    QMenu* add = edit.addMenu(tr("&Add node"));
    QMenu* move = edit.addMenu(tr("&Move and walk"));
    for (const ActionBook::Entry& entry : m_bench.actions.entries()) {
        if (isOf(entry.action, {"add."}))
            add->addAction(entry.action);
        else if (isOf(entry.action, {"move", "leap", "walk"}))
            move->addAction(entry.action);
        else if (isOf(entry.action, {""}))
            edit.addAction(entry.action);
    }
}

void MainWindow::connectParts() {
    connect(&m_bench.document, &Document::fileChanged, this, &MainWindow::updateTitle);
    connect(&m_bench.document, &Document::modifiedChanged, this, &MainWindow::updateTitle);
    connect(m_files, &FileActions::failed, &m_bench.run, &RunController::fileRefused);
    connect(m_files, &FileActions::failed, &m_bench.run, &RunController::failed);
    connect(m_files, &FileActions::message, m_status, &StatusLine::say);
    connect(m_weights, &WeightsBanner::refused, &m_bench.run, &RunController::fileRefused);
    connect(m_weights, &WeightsBanner::refused, &m_bench.run, &RunController::failed);
    connect(m_weights, &WeightsBanner::message, m_status, &StatusLine::say);
    connect(m_data, &DataActions::failed, &m_bench.run, &RunController::fileRefused);
    connect(m_data, &DataActions::failed, &m_bench.run, &RunController::failed);
    connect(m_data, &DataActions::message, m_status, &StatusLine::say);
    connect(m_saver, &RunSaver::message, m_status, &StatusLine::say);
    connect(&m_bench.run, &RunController::said, m_status, &StatusLine::say);
    connect(m_editor, &GraphEditor::hint, m_status, &StatusLine::setHint);
    connect(m_editor, &GraphEditor::zoomChanged, m_status, &StatusLine::setZoom);
    connect(&m_bench.selection, &Selection::changed, m_editor, [this] {
        const QStringList& nodes = m_bench.selection.nodes();
        const bool fromCanvas = m_editor->isAncestorOf(focusWidget());
        if (nodes.size() == 1 && !fromCanvas) m_editor->reveal(nodes[0]);
    });
    connect(m_banner, &RecoveryBanner::chosen, this, &MainWindow::recover);
    // Once something is typed and taken over, keys belong to the canvas again: Space trains.
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (auto* line = qobject_cast<TypedLine*>(now); line && isAncestorOf(line))
            connect(line, &TypedLine::entered, this, &MainWindow::goToCanvas, Qt::UniqueConnection);
    });
    m_status->setZoom(m_editor->zoom());
}

void MainWindow::goToCanvas() {
    m_editor->activateWindow();
    m_editor->setFocus(Qt::OtherFocusReason);
}

bool MainWindow::open(const QString& path) { return m_files->open(path); }

void MainWindow::recover(const LostWork& work) {
    const auto recovered = m_bench.document.recover(m_bench.recovery.textOf(work), work.file);
    if (!recovered) {
        m_bench.run.fileRefused(recovered.error());
        m_bench.run.failed(recovered.error());
        return;
    }
    m_bench.recovery.writeNow();
    m_bench.recovery.discard(work);
}

void MainWindow::updateTitle() {
    setWindowTitle(tr("%1[*] – Vitrine").arg(m_bench.document.title()));
    setWindowModified(m_bench.document.isModified());
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (std::exchange(m_isArranged, true)) return;
    constexpr int laidOutMs = 50;
    QTimer::singleShot(laidOutMs, this, [this] {
        m_docks->shareOut();
        m_editor->showStart();
    });
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_files->mayClose() || !m_saver->mayClose()) {
        event->ignore();
        return;
    }
    m_docks->save(m_bench.settings);
    hide();  // what is being made in the background may take a moment to end
    m_bench.run.shutDown();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && urls[0].isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    const QString path = urls.value(0).toLocalFile();
    event->acceptProposedAction();
    if (urls.size() > 1) {
        refuseDropped(tr("%1 things were dropped at once").arg(urls.size()),
                      tr("Drop one project, one model, one run or one folder of data."));
        return;
    }
    // What asks something must not keep the other program waiting.
    QTimer::singleShot(0, this, [this, path] { takeDropped(path); });
}

/// A project or model is opened, a run is gone on with, and everything else is data.
void MainWindow::takeDropped(const QString& path) {
    const QFileInfo dropped(path);
    const bool isFolder = dropped.isDir();
    const bool isRun = isFolder && QFileInfo::exists(path + "/run.json");
    const bool holdsProject =
        isFolder && !QDir(path).entryList({"*.vitrine"}, QDir::Files).isEmpty();
    if (isRun)
        m_bench.run.resume(path);
    else if (!dropped.exists())
        refuseDropped(tr("There is nothing at '%1'").arg(path),
                      tr("It may have been moved or renamed since."));
    else if (holdsProject || (!isFolder && dropped.suffix() == "vitrine") || isForeignModel(path))
        m_files->openAfterAsking(path);
    else if (const std::optional<Error> refused = refusedForeignFile(path))
        m_data->failed(*refused);
    else
        m_data->take(path);
}

void MainWindow::refuseDropped(const QString& why, const QString& next) {
    m_data->failed(
        Error{"G01", why.toStdString(), {}, "Everything is as before.", next.toStdString()});
}

}  // namespace vitrine::gui
