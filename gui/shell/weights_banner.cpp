// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/weights_banner.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>

#include "gui/bridge/window_words.h"
#include "gui/models/count_words.h"

namespace vitrine::gui {

WeightsBanner::WeightsBanner(const ViewContext& context, QWidget* parent)
    : PutAsideBanner("weights", tr("A file of weights is missing"), parent),
      m_lost(context.document, this) {
    addButton(tr("Locate …"), "locate", {}, [this] { locate(); });
    addLater();
    connect(&m_lost, &LostWeights::changed, this, &WeightsBanner::update);
    connect(&m_lost, &LostWeights::refused, this, &WeightsBanner::refused);
    connect(&m_lost, &LostWeights::located, this,
            [this](const QString& file) { message(tr("The weights are those of %1").arg(file)); });
    connect(&context.document, &Document::replaced, this, [this] {
        forgetLater();
        update();
    });
    // Where a folder cannot be watched, the file has come while somebody was elsewhere.
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this,
            [this](Qt::ApplicationState state) {
                if (state == Qt::ApplicationActive) m_lost.lookAgain();
            });
    update();
}

/// One file after the other.
void WeightsBanner::update() {
    const std::vector<LostFile>& files = m_lost.files();
    if (!files.empty()) sentence().setText(sentenceOf(errorOf(files.front())) + QLatin1Char('.'));
    offer(!files.empty());
}

void WeightsBanner::locate() {
    if (m_lost.files().empty()) return;
    const std::string lost = m_lost.files().front().path;
    const QFileInfo was(QString::fromStdString(lost));
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Locate %1").arg(was.fileName()), was.absolutePath(),
        tr("Models and weights (*.onnx *.safetensors);;All files (*)"));
    if (!file.isEmpty()) m_lost.locate(lost, file.toStdString());
}

}  // namespace vitrine::gui
