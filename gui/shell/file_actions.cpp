// SPDX-License-Identifier: GPL-3.0-or-later
// Dialogs and the list of recent files.
#include "gui/shell/file_actions.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>

#include "gui/bridge/run_controller.h"
#include "gui/document/document.h"
#include "gui/shell/export_actions.h"
#include "gui/shell/foreign_file.h"
#include "gui/shell/import_dialog.h"
#include "gui/shell/run_saver.h"
#include "gui/shell/template_dialog.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

const QString recentKey = QStringLiteral("files/recent");
constexpr int mostRecent = 10;

QString filter() { return QObject::tr("Vitrine projects (*.vitrine)"); }
QString modelFilter() { return QObject::tr("ONNX models (*.onnx)"); }
QString openFilter() {
    const QString both = QObject::tr("Projects and models (*.vitrine *.onnx)");
    return QStringList{both, filter(), modelFilter()}.join(QStringLiteral(";;"));
}

}  // namespace

FileActions::FileActions(const ViewContext& context, QSettings& settings, QWidget* window)
    : QObject(window), m_context(context), m_settings(settings), m_window(window) {
    build();
    m_exports = new ExportActions(context, settings, window);
    connect(m_exports, &ExportActions::failed, this, &FileActions::failed);
    connect(m_exports, &ExportActions::message, this, &FileActions::message);
}

void FileActions::build() {
    ActionBook& book = m_context.actions;
    const QString group = tr("File");
    m_new = book.add(m_window,
                     {.id = "file.new",
                      .group = group,
                      .text = tr("&New"),
                      .icon = "new",
                      .shortcut = QKeySequence::New,
                      .tip = tr("Start with an empty canvas")},
                     [this] { startNew(); });
    m_fromTemplate =
        book.add(m_window,
                 {.id = "file.new_from_template",
                  .group = group,
                  .text = tr("New from &template …"),
                  .icon = "new",
                  .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N),
                  .tip = tr("Start with a well-known network: LeNet, ResNet, U-Net …")},
                 [this] { startFromTemplate(); });
    m_open = book.add(m_window,
                      {.id = "file.open",
                       .group = group,
                       .text = tr("&Open …"),
                       .icon = "open",
                       .shortcut = QKeySequence::Open,
                       .tip = tr("Open a project, or a model of another program")},
                      [this] { openWithDialog(openFilter()); });
    m_import = book.add(m_window,
                        {.id = "file.import",
                         .group = group,
                         .text = tr("&Import a model …"),
                         .icon = "open",
                         .shortcut = QKeySequence(Qt::CTRL | Qt::Key_I),
                         .tip = tr("Start with a model of another program: an ONNX file")},
                        [this] { openWithDialog(modelFilter()); });
    m_save = book.add(m_window,
                      {.id = "file.save",
                       .group = group,
                       .text = tr("&Save"),
                       .icon = "save",
                       .shortcut = QKeySequence::Save,
                       .tip = tr("Save the project")},
                      [this] { save(); });
    m_saveAs = book.add(m_window,
                        {.id = "file.save_as",
                         .group = group,
                         .text = tr("Save &as …"),
                         .icon = "save",
                         .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
                         .tip = tr("Save the project under another name")},
                        [this] { saveAs(); });
    m_quit = book.add(m_window,
                      {.id = "file.quit",
                       .group = group,
                       .text = tr("&Quit"),
                       .icon = "close",
                       .shortcut = QKeySequence(Qt::CTRL | Qt::Key_Q),
                       .tip = tr("Close the window")},
                      [this] { m_window->close(); });
}

void FileActions::fill(QMenu& menu, const std::function<void()>& fillMiddle) {
    menu.addActions({m_new, m_fromTemplate, m_import, m_open});
    m_recent = menu.addMenu(tr("Open &recent"));
    m_recent->setObjectName(QStringLiteral("file.recent"));
    connect(m_recent, &QMenu::aboutToShow, this, &FileActions::fillRecent);
    fillRecent();
    menu.addSeparator();
    fillMiddle();
    menu.addSeparator();
    menu.addActions({m_save, m_saveAs});
    m_exports->fill(menu);
    menu.addSeparator();
    menu.addAction(m_quit);
}

void FileActions::fillRecent() {
    m_recent->clear();
    for (const QString& file : m_settings.value(recentKey).toStringList()) {
        QAction* action = m_recent->addAction(QFileInfo(file).completeBaseName());
        action->setToolTip(file);
        action->setStatusTip(file);
        connect(action, &QAction::triggered, this, [this, file] { openAfterAsking(file); });
    }
    m_recent->setEnabled(!m_recent->isEmpty());
}

void FileActions::remember(const QString& file) {
    QStringList files = m_settings.value(recentKey).toStringList();
    files.removeAll(file);
    files.prepend(file);
    m_settings.setValue(recentKey, QStringList(files.mid(0, mostRecent)));
}

void FileActions::startNew() {
    if (mayLeave()) m_context.document.startNew();
}

/// What a person has asked for with its fields counts as work: it has no file, and is not saved.
void FileActions::startFromTemplate() {
    // Data that were chosen for no network yet go along to the new one.
    const bool isBlank =
        m_context.document.graph().nodes().empty() && m_context.document.file().isEmpty();
    if (!isBlank && !mayLeave()) return;
    const std::optional<PresentData> present = presentData();
    TemplateDialog dialog(m_context.theme, m_window, present);
    if (dialog.exec() != QDialog::Accepted) return;
    Project network = dialog.project();
    // Chosen, and being read still: a network for which nothing is drawn learns from them.
    const Project& before = m_context.document.project();
    const bool isChosen = isBlank && !present && !before.data.folder.empty();
    if (isChosen && !findDataFormat(network.data.format)) {
        network.data = before.data;
        network.data.folder = resolvedFolder(before.data.folder, before.file);
    }
    const QByteArray text = QByteArray::fromStdString(projectText(network));
    if (const Result<void> made = m_context.document.recover(text, {}); !made) failed(made.error());
}

/// Those that lie in a folder; drawn ones are offered by templates themselves.
std::optional<PresentData> FileActions::presentData() const {
    const Project& project = m_context.document.project();
    const DataFormatDescriptor* format = findDataFormat(project.data.format);
    const auto data = m_context.run.data();
    if (!data || !format || !format->needsFolder) return {};
    PresentData present{project.data, data->columns, data->train.count, m_context.run.storedData()};
    present.settings.folder = resolvedFolder(project.data.folder, project.file);
    return present;
}

void FileActions::openWithDialog(const QString& kinds) {
    if (!mayLeave()) return;
    const QString start = QFileInfo(m_context.document.file()).absolutePath();
    const QString file = QFileDialog::getOpenFileName(m_window, tr("Open"), start, kinds);
    if (!file.isEmpty()) open(file);
}

/// Nobody waits for the dialog: what has opened the window goes on.
void FileActions::importModel(const QString& path) {
    auto* dialog = new ImportDialog(m_context.theme, path, m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, path] {
        const QByteArray text = QByteArray::fromStdString(projectText(dialog->project()));
        if (const Result<void> made = m_context.document.recover(text, {}); !made)
            return failed(made.error());
        remember(QFileInfo(path).absoluteFilePath());
        message(tr("Opened %1; its weights stay in that file").arg(path));
    });
    dialog->open();
}

void FileActions::openAfterAsking(const QString& path) {
    if (mayLeave()) open(path);
}

bool FileActions::open(const QString& path) {
    if (isForeignModel(path)) {
        importModel(path);
        return true;
    }
    if (const std::optional<Error> refused = refusedForeignFile(path)) {
        failed(*refused);
        return false;
    }
    const auto opened = m_context.document.open(path);
    if (!opened) {
        failed(opened.error());
        return false;
    }
    remember(m_context.document.file());
    return true;
}

bool FileActions::save() {
    if (m_context.document.file().isEmpty()) return saveAs();
    const auto saved = m_context.document.save();
    if (!saved) failed(saved.error());
    if (saved) message(tr("Saved %1").arg(m_context.document.file()));
    return saved.ok();
}

bool FileActions::saveAs() {
    const QString had = m_context.document.file();
    const QString name = QString::fromStdString(m_context.document.project().name) + ".vitrine";
    const QFileInfo start(had.isEmpty() ? QDir::home().filePath(name) : had);
    QFileDialog dialog(m_window, tr("Save as"), start.absolutePath(), filter());
    dialog.setObjectName(QStringLiteral("saveAs"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    // By the dialog, which asks about a file that is there under the whole name.
    dialog.setDefaultSuffix(QStringLiteral("vitrine"));
    dialog.selectFile(start.fileName());
    if (dialog.exec() != QDialog::Accepted) return false;
    const QString file = dialog.selectedFiles().value(0);
    const auto saved = m_context.document.saveAs(file);
    if (!saved) {
        failed(saved.error());
        return false;
    }
    remember(m_context.document.file());
    message(tr("Saved %1").arg(m_context.document.file()));
    return true;
}

bool FileActions::mayLeave() { return mayClose() && RunSaver(m_context, m_window).mayReplace(); }

bool FileActions::mayClose() {
    if (!m_context.document.isModified()) return true;
    QMessageBox box(QMessageBox::Question, tr("Unsaved changes"),
                    tr("“%1” has changes that are not saved.").arg(m_context.document.title()),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, m_window);
    box.setObjectName(QStringLiteral("unsavedChanges"));
    box.setDefaultButton(QMessageBox::Save);
    const int answer = box.exec();
    if (answer == QMessageBox::Save) return save();
    return answer == QMessageBox::Discard;
}

}  // namespace vitrine::gui
