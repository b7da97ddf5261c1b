// SPDX-License-Identifier: GPL-3.0-or-later
// Builds the dialog, and follows the work.
#include "gui/shell/export_dialog.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <utility>

#include "gui/bridge/selection.h"
#include "gui/bridge/window_words.h"
#include "gui/document/document.h"
#include "gui/shell/export_form.h"
#include "gui/theme/theme.h"
#include "gui/views/problems/problem_delegate.h"
#include "gui/widgets/dialog_parts.h"
#include "gui/widgets/worded_progress.h"

namespace vitrine::gui {

namespace {

/// C++ wants a folder of its own.
QString freePlace(const QString& place) {
    QString free = place;
    for (int number = 2; QFileInfo::exists(free); ++number)
        free = QStringLiteral("%1_%2").arg(place).arg(number);
    return free;
}

/// Beside the project, or at home.
QString usualPlace(ExportKind kind, const Document& document) {
    const QFileInfo project(document.file());
    const QDir folder = document.file().isEmpty() ? QDir::home() : project.dir();
    QString name = document.file().isEmpty() ? QString::fromStdString(document.project().name)
                                             : project.completeBaseName();
    if (name.isEmpty()) name = QStringLiteral("network");
    if (kind == ExportKind::Cpp) return freePlace(folder.filePath(name + "_cpp"));
    return folder.filePath(name + (kind == ExportKind::Torch ? "_torch" : ".onnx"));
}

QString titleOf(ExportKind kind) {
    if (kind == ExportKind::Cpp) return ExportDialog::tr("Export plain C++");
    if (kind == ExportKind::Torch) return ExportDialog::tr("Export a module of PyTorch");
    return ExportDialog::tr("Export an ONNX model");
}

QString promiseOf(ExportKind kind) {
    if (kind == ExportKind::Cpp)
        return ExportDialog::tr(
            "A folder of C++20 that needs nothing but a compiler. It is compiled and asked what "
            "the "
            "network is asked; only where both answer alike does the folder stay.");
    if (kind == ExportKind::Torch)
        return ExportDialog::tr(
            "A folder of network.py and weights.safetensors. PyTorch is asked what the network is "
            "asked; only where both answer alike is it written.");
    return ExportDialog::tr(
        "What is written is opened again and asked what the network is asked; only where both "
        "answer alike does the file stand where it is wanted.");
}

QString workOf(ExportKind kind) {
    if (kind == ExportKind::Cpp) return ExportDialog::tr("Writing C++, compiling and asking it");
    if (kind == ExportKind::Torch) return ExportDialog::tr("Writing the module, and asking it");
    return ExportDialog::tr("Writing the model, and asking it");
}

}  // namespace

ExportDialog::ExportDialog(ExportKind kind, const ViewContext& context, QSettings& settings,
                           QWidget* parent)
    : QDialog(parent), m_kind(kind), m_context(context), m_work(this) {
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(titleOf(kind));
    m_form = new ExportForm(kind, context, settings, this);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(6 * space);
    columns->addWidget(m_form, 2);
    columns->addWidget(buildReport(), 3);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4 * space, 3 * space, 4 * space, 3 * space);
    layout->setSpacing(3 * space);
    layout->addWidget(buildFile());
    layout->addLayout(columns, 1);
    layout->addWidget(buildFoot());
    constexpr QSize roomy{1040, 560};
    resize(roomy);
    connectWork();
    showPromise();
    followNetwork();
    m_file->setFocus();
}

QWidget* ExportDialog::buildFile() {
    auto* widget = new QWidget(this);
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    const bool isFile = m_kind == ExportKind::Model;
    auto* label = new QLabel(isFile ? tr("F&ile") : tr("F&older"), widget);
    m_file =
        new QLineEdit(QDir::toNativeSeparators(usualPlace(m_kind, m_context.document)), widget);
    m_file->setObjectName(QStringLiteral("export.file"));
    m_file->setAccessibleName(isFile ? tr("File of the model") : tr("Folder to make"));
    label->setBuddy(m_file);
    auto* choose = new QPushButton(tr("Choose …"), widget);
    choose->setObjectName(QStringLiteral("export.file_choose"));
    choose->setAutoDefault(false);
    choose->setAccessibleName(isFile ? tr("Choose the model's file")
                                     : tr("Choose where the folder is to lie"));
    connect(choose, &QPushButton::clicked, this,
            isFile ? &ExportDialog::chooseFile : &ExportDialog::chooseFolder);
    connect(m_file, &QLineEdit::textChanged, this, &ExportDialog::showState);
    row->addWidget(label);
    row->addWidget(m_file, 1);
    row->addWidget(choose);
    return widget;
}

QWidget* ExportDialog::buildReport() {
    auto* widget = new QWidget(this);
    QVBoxLayout* column = columnOf(widget);
    m_title = selectableLabel("export.title", widget);
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_facts = selectableLabel("export.facts", widget);
    m_facts->setProperty("quiet", true);
    m_rows = new QTreeView(widget);
    m_rows->setObjectName(QStringLiteral("export.proof"));
    m_rows->setAccessibleName(tr("What everybody who was asked gives beside the network"));
    m_rows->setModel(&m_table);
    m_rows->setRootIsDecorated(false);
    m_rows->setUniformRowHeights(true);
    m_rows->setAllColumnsShowFocus(true);
    // As near to its edges as the cells' words are to theirs.
    m_rows->header()->setStyleSheet(QStringLiteral("QHeaderView::section { padding: 4px 3px; }"));
    m_findings = new QListView(widget);
    m_findings->setObjectName(QStringLiteral("export.findings"));
    m_findings->setAccessibleName(tr("What stands out"));
    m_findings->setModel(&m_problems);
    m_findings->setItemDelegate(new ProblemDelegate(m_context.theme, m_findings));
    m_findings->setResizeMode(QListView::Adjust);
    m_findings->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_findings->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    connect(m_findings, &QListView::doubleClicked, this, &ExportDialog::showNode);
    connect(m_findings->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ExportDialog::showState);
    column->addWidget(m_title);
    column->addWidget(m_facts);
    column->addWidget(m_rows, 3);
    column->addWidget(m_findings, 2);
    column->addStretch(0);
    return widget;
}

void ExportDialog::showPromise() {
    m_title->setText(tr("An export proves itself"));
    m_facts->setText(promiseOf(m_kind));
    m_rows->hide();
    showFindings({});
}

/// Of what is drawn now, while the report is about what was drawn then.
void ExportDialog::followNetwork() {
    if (m_work.isRunning()) return;
    if (m_form->trouble()) {
        showTrouble(*m_form->trouble());
        m_title->setText(tr("It cannot be exported as it is drawn"));
        m_isDrawnWrong = true;
    } else if (std::exchange(m_isDrawnWrong, false)) {
        showPromise();
    }
    showState();
}

QWidget* ExportDialog::buildFoot() {
    auto* foot = new QWidget(this);
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    m_progress = new WordedProgress(foot);
    m_progress->setObjectName(QStringLiteral("export.progress"));
    m_progress->setAccessibleName(tr("What is being done"));
    m_progress->setRange(0, 0);
    auto* buttons = new QDialogButtonBox(foot);
    const auto button = [&](const QString& text, const char* name,
                            QDialogButtonBox::ButtonRole role) {
        QPushButton* made = buttons->addButton(text, role);
        made->setObjectName(QString::fromLatin1(name));
        return made;
    };
    m_show = button(tr("&Show the node"), "export.show", QDialogButtonBox::ActionRole);
    m_show->setToolTip(tr("Select it on the canvas"));
    m_show->setAutoDefault(false);
    m_stop = button(tr("S&top"), "export.stop", QDialogButtonBox::ActionRole);
    m_stop->setToolTip(tr("Nothing is left behind"));
    m_stop->setAutoDefault(false);
    m_export = button(tr("&Export"), "export.start", QDialogButtonBox::ActionRole);
    m_export->setDefault(true);
    QPushButton* close = button(tr("&Close"), "export.close", QDialogButtonBox::RejectRole);
    close->setAutoDefault(false);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::startExport);
    connect(m_stop, &QPushButton::clicked, &m_work, &ExportWork::stop);
    connect(m_show, &QPushButton::clicked, this, &ExportDialog::showNode);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    row->addWidget(m_progress, 1);
    row->addStretch(0);
    row->addWidget(buttons);
    return foot;
}

void ExportDialog::connectWork() {
    connect(&m_work, &ExportWork::done, this, &ExportDialog::showReport);
    connect(&m_work, &ExportWork::failed, this, &ExportDialog::showTrouble);
    connect(&m_work, &ExportWork::stopped, this, [this] {
        m_title->setText(tr("Stopped"));
        m_facts->setText(tr("Nothing was written."));
        showState();
    });
    connect(m_form, &ExportForm::networkChanged, this, &ExportDialog::followNetwork);
    // It was about another network.
    connect(&m_context.document, &Document::replaced, this, &QDialog::close);
}

void ExportDialog::reject() {
    m_work.stop();
    QDialog::reject();
}

void ExportDialog::chooseFile() {
    const QFileInfo start(m_file->text());
    QFileDialog dialog(this, tr("Export as"), start.absolutePath(), tr("ONNX models (*.onnx)"));
    dialog.setObjectName(QStringLiteral("export.chooseFile"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(QStringLiteral("onnx"));
    dialog.selectFile(start.fileName());
    if (dialog.exec() != QDialog::Accepted) return;
    m_agreed = dialog.selectedFiles().value(0);  // it has asked about one that is there
    m_file->setText(QDir::toNativeSeparators(m_agreed));
}

/// The folder goes into the one that is chosen, under the name that it has.
void ExportDialog::chooseFolder() {
    const QFileInfo start(m_file->text());
    QFileDialog dialog(this, tr("Put it into"), start.absolutePath());
    dialog.setObjectName(QStringLiteral("export.chooseFolder"));
    dialog.setFileMode(QFileDialog::Directory);
    dialog.setOption(QFileDialog::ShowDirsOnly);
    if (dialog.exec() != QDialog::Accepted) return;
    const QDir chosen(dialog.selectedFiles().value(0));
    m_file->setText(QDir::toNativeSeparators(chosen.filePath(start.fileName())));
}

/// Of C++ the core says that something is there: a folder of it is never replaced.
bool ExportDialog::mayReplace(const QString& place) {
    if (place == m_agreed || m_kind == ExportKind::Cpp) return true;
    if (m_kind == ExportKind::Model)
        return !QFileInfo::exists(place) || agreesToReplace(QFileInfo(place).fileName());
    for (const std::string& file : torchFilesIn(place.toStdString()))
        if (const QFileInfo there(QString::fromStdString(file)); there.exists())
            return agreesToReplace(there.dir().dirName() + '/' + there.fileName());
    return true;
}

bool ExportDialog::agreesToReplace(const QString& name) {
    QMessageBox box(QMessageBox::Question, tr("Replace it?"),
                    tr("“%1” is there already.").arg(name), QMessageBox::Yes | QMessageBox::No,
                    this);
    box.setObjectName(QStringLiteral("export.replace"));
    box.setInformativeText(tr("It is replaced once the new one has proved itself."));
    box.setDefaultButton(QMessageBox::No);
    return box.exec() == QMessageBox::Yes;
}

void ExportDialog::startExport() {
    if (m_work.isRunning()) return;
    const QString place = QFileInfo(m_file->text().trimmed()).absoluteFilePath();
    if (!mayReplace(place)) return;
    ExportWish wish = m_form->wish();
    wish.path = place.toStdString();
    m_progress->setState(workOf(m_kind), 0);
    m_work.start(std::move(wish));
    showState();
}

void ExportDialog::showState() {
    const bool isRunning = m_work.isRunning();
    m_export->setEnabled(!isRunning && !m_form->trouble() && !m_file->text().trimmed().isEmpty());
    m_stop->setVisible(isRunning);
    m_progress->setVisible(isRunning);
    m_form->setEnabled(!isRunning);
    m_show->setVisible(!isRunning && !currentNode().isEmpty());
}

void ExportDialog::showReport(const ExportTold& told) {
    m_agreed = told.path;
    m_title->setText(tr("%1 is written").arg(QFileInfo(told.path).fileName()));
    m_facts->setText(told.facts.join(QLatin1Char('\n')));
    m_table.set(told.proof);
    m_rows->setVisible(m_table.rowCount() > 0);
    m_rows->header()->setStretchLastSection(true);
    for (int column = 0; column + 1 < ExportTable::columns; ++column) {
        m_rows->resizeColumnToContents(column);
        m_rows->setColumnWidth(column, m_rows->columnWidth(column) + 3 * space);
    }
    showFindings(told.findings);
    message(tr("Exported %1").arg(told.path));
}

void ExportDialog::showTrouble(const Error& error) {
    m_title->setText(tr("It was not exported"));
    m_facts->setText(QString::fromStdString(error.kept));
    m_facts->setVisible(!error.kept.empty());
    m_table.clear();
    m_rows->hide();
    showFindings({{inWindowWords(error), false}});
}

void ExportDialog::showFindings(std::vector<Problem> problems) {
    m_facts->setVisible(!m_facts->text().isEmpty());
    m_problems.set(ProblemSource::Files, std::move(problems));
    const bool isAny = m_problems.rowCount() > 0;
    m_findings->setVisible(isAny);
    if (isAny) m_findings->setCurrentIndex(m_problems.index(0, 0));
    showState();
}

/// The node that the chosen finding names, where there is one; of values that are nobody's own the
/// name may be another.
QString ExportDialog::currentNode() const {
    const QModelIndex index = m_findings->currentIndex();
    const QString node =
        index.isValid() ? index.data(ProblemModel::NodeRole).toString() : QString();
    return m_context.document.graph().find(node.toStdString()) ? node : QString();
}

void ExportDialog::showNode() {
    if (const QString node = currentNode(); !node.isEmpty())
        m_context.selection.selectNodes({node});
}

}  // namespace vitrine::gui
