// SPDX-License-Identifier: GPL-3.0-or-later
// One dialog for folders, and what follows it.
#include "gui/shell/data_actions.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>

#include "core/session/data_choice.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/widgets/action_book.h"

namespace vitrine::gui {

DataActions::DataActions(const ViewContext& context, QWidget* window)
    : QObject(window), m_context(context), m_window(window) {
    m_choose = context.actions.add(
        window,
        {.id = "data.choose",
         .group = tr("File"),
         .text = tr("Choose &data …"),
         .icon = "data",
         .shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
         .tip = tr("Choose the folder that the images to train on lie in; it can be dropped on the "
                   "window as well")},
        [this] { choose(); });
    connect(&context.run, &RunController::dataOfRunMissing, this, &DataActions::locateForRun,
            Qt::QueuedConnection);
}

void DataActions::fill(QMenu& menu) { menu.addAction(m_choose); }

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

QString DataActions::askForFolder(const QString& title, const QString& start) {
    QFileDialog dialog(m_window, title, start);
    dialog.setObjectName(QStringLiteral("chooseData"));
    dialog.setFileMode(QFileDialog::Directory);
    dialog.setOptions(QFileDialog::ReadOnly);
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().value(0) : QString();
}

void DataActions::choose() {
    const QString folder = askForFolder(tr("Choose the folder of the data"), presentFolder());
    if (!folder.isEmpty()) take(folder);
}

bool DataActions::take(const QString& folder) {
    const auto settings = dataIn(folder.toStdString(), m_context.document.project());
    if (!settings) {
        failed(inWindowWords(settings.error()));
        return false;
    }
    m_context.document.setData(tr("Choose data"), *settings);
    message(tr("The data are those in %1").arg(folder));
    return true;
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
    const QString folder = askForFolder(tr("Where the data of the run are"), presentFolder());
    if (!folder.isEmpty()) m_context.run.resume(run, folder);
}

}  // namespace vitrine::gui
