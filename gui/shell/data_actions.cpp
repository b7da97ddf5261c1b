// SPDX-License-Identifier: GPL-3.0-or-later
// Dialogs for folders and files, and what follows them.
#include "gui/shell/data_actions.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>

#include <algorithm>
#include <numeric>

#include "core/session/data_choice.h"
#include "core/session/fitted_pictures.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/shell/data_preview.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

namespace {

/// What a person who dropped something else can drop.
Error inWordsOfADrop(Error error, const QString& path) {
    if (error.code != "G01" || !QFileInfo::exists(path)) return error;
    QStringList formats;
    for (const DataFormatDescriptor* format : allDataFormats())
        if (format->recognise)
            formats << QString::fromUtf8(format->title.data(),
                                         static_cast<qsizetype>(format->title.size()));
    error.message =
        DataActions::tr("'%1' holds no data that Vitrine reads").arg(path).toStdString();
    error.next =
        DataActions::tr(
            "It opens, by what is in them: %1. MNIST, Fashion-MNIST, KMNIST, EMNIST, QMNIST, "
            "CIFAR-10 and -100, SVHN, STL-10, MedMNIST and Tiny-ImageNet are not downloaded from "
            "inside: unpack yours and drop the folder that the files lie in.")
            .arg(formats.join(QStringLiteral(", ")))
            .toStdString();
    return error;
}

/// Numbers of other channels than the images have become their mean.
Normalisation fitting(Normalisation normalisation, const Dataset& data) {
    const auto image = std::ranges::find_if(data.columns, [](const Column& column) {
        return column.isImage() && !column.hasClasses();
    });
    if (image == data.columns.end()) return normalisation;
    for (PerChannel* each : {&normalisation.mean, &normalisation.std}) {
        const auto numbers = each->numbers();
        if (each->fits(image->shape[0])) continue;
        *each = std::accumulate(numbers.begin(), numbers.end(), 0.0) /
                static_cast<double>(numbers.size());
    }
    return normalisation;
}

}  // namespace

DataActions::DataActions(const ViewContext& context, QWidget* window)
    : QObject(window), m_context(context), m_window(window) {
    m_choose = context.actions.add(
        window,
        {.id = "data.choose",
         .group = tr("File"),
         .text = tr("Choose &data …"),
         .icon = "data",
         .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
         .tip = tr("Choose the folder that the data to train on lie in; it can be dropped on the "
                   "window as well")},
        [this] { choose(); });
    m_chooseFile = context.actions.add(
        window,
        {.id = "data.choose_file",
         .group = tr("File"),
         .text = tr("Choose a data &file …"),
         .icon = "data",
         .shortcut = QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_D),
         .tip = tr("Choose a file that holds data: a table, an array, an archive")},
        [this] { chooseFile(); });
    connect(&m_recognising, &BackgroundWork::finished, this, &DataActions::isRecognised);
    connect(&context.run, &RunController::dataOfRunMissing, this, &DataActions::locateForRun,
            Qt::QueuedConnection);
}

void DataActions::fill(QMenu& menu) {
    menu.addAction(m_choose);
    menu.addAction(m_chooseFile);
}

QString DataActions::presentFolder() const {
    const Project& project = m_context.document.project();
    const QString now = QString::fromStdString(resolvedFolder(project.data.folder, project.file));
    if (!now.isEmpty() && QFileInfo(now).isDir()) return now;
    // The nearest folder around it that is still there.
    for (QString place = now; place.size() > 1;) {
        place = QFileInfo(place).absolutePath();
        if (QFileInfo(place).isDir() && place.size() > 1) return place;
    }
    const QString file = m_context.document.file();
    return file.isEmpty() ? QDir::homePath() : QFileInfo(file).absolutePath();
}

QString DataActions::askFor(const QString& title, bool wantsFile) {
    QFileDialog dialog(m_window, title, presentFolder());
    dialog.setObjectName(QStringLiteral("chooseData"));
    dialog.setFileMode(wantsFile ? QFileDialog::ExistingFile : QFileDialog::Directory);
    dialog.setOptions(QFileDialog::ReadOnly);
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().value(0) : QString();
}

void DataActions::choose() {
    const QString folder = askFor(tr("Choose the folder of the data"), false);
    if (!folder.isEmpty()) take(folder);
}

void DataActions::chooseFile() {
    const QString file = askFor(tr("Choose the file of the data"), true);
    if (!file.isEmpty()) take(file);
}

void DataActions::take(const QString& path) {
    if (m_recognising.isRunning())
        m_next = path;
    else
        recognise(path);
}

void DataActions::recognise(const QString& path) {
    m_path = path;
    m_next.clear();
    const Project& project = m_context.document.project();
    m_file = project.file;
    message(tr("Looking at what lies in %1 …").arg(path));
    m_recognising.run("looking at the data",
                      [path = path.toStdString(), project] { return dataChoices(path, project); });
}

void DataActions::isRecognised() {
    auto found = m_recognising.take();
    if (!m_next.isEmpty()) return recognise(QString(m_next));
    if (m_file != m_context.document.project().file) return recognise(QString(m_path));
    message({});
    if (!found) return failed(inWordsOfADrop(inWindowWords(found.error()), m_path));
    preview(*std::move(found));
}

void DataActions::preview(std::vector<DataSettings> found) {
    const QString path = m_path;
    for (DataSettings& choice : found)
        choice = fittedPictures(choice, m_context.document.graph());
    DataPreview preview(m_context, path, std::move(found), m_window);
    if (preview.exec() != QDialog::Accepted) return;
    if (preview.data()) m_context.run.offerData(preview.project(), preview.data());
    DataSettings settings = preview.project().data;
    if (preview.data()) settings.normalisation = fitting(settings.normalisation, *preview.data());
    use(settings, preview.fit());
    message(tr("The data are those in %1").arg(path));
}

void DataActions::use(const DataSettings& settings, const NetworkFit& fit) {
    QUndoStack& undo = m_context.document.undoStack();
    const QString name = tr("Choose data");
    if (fit.edits.empty()) return m_context.document.setData(name, settings);
    undo.beginMacro(name);
    m_context.document.setData(name, settings);
    const auto fitted = m_context.document.edit(tr("Fit the network"), fit.edits);
    undo.endMacro();
    if (!fitted) failed(fitted.error());
}

void DataActions::locateForRun(const QString& run, const Error& why) {
    QMessageBox box(QMessageBox::NoIcon, tr("Go on with a run"), sentenceOf(why),
                    QMessageBox::Cancel, m_window);
    box.setObjectName(QStringLiteral("locateData"));
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(tr("The run goes on when its data are found again."));
    QPushButton* locate = box.addButton(tr("Locate …"), QMessageBox::AcceptRole);
    box.setDefaultButton(locate);
    box.exec();
    if (box.clickedButton() != locate) return;
    const QString folder = askFor(tr("Where the data of the run are"), false);
    if (!folder.isEmpty()) m_context.run.resume(run, folder);
}

}  // namespace vitrine::gui
