// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/weights_banner.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>

#include "gui/bridge/window_words.h"
#include "gui/models/count_words.h"
#include "gui/theme/theme.h"
#include "gui/widgets/wrapped_label.h"

namespace vitrine::gui {

WeightsBanner::WeightsBanner(const ViewContext& context, QWidget* parent)
    : QFrame(parent), m_lost(context.document, this), m_what(new WrappedLabel(this)) {
    setObjectName(QStringLiteral("weightsBanner"));
    setAccessibleName(tr("A file of weights is missing"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    build();
    connect(&m_lost, &LostWeights::changed, this, &WeightsBanner::update);
    connect(&m_lost, &LostWeights::refused, this, &WeightsBanner::refused);
    connect(&m_lost, &LostWeights::located, this,
            [this](const QString& file) { message(tr("The weights are those of %1").arg(file)); });
    connect(&context.document, &Document::replaced, this, [this] {
        m_putAside.clear();
        update();
    });
    // Where a folder cannot be watched, the file has come while somebody was elsewhere.
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this,
            [this](Qt::ApplicationState state) {
                if (state == Qt::ApplicationActive) m_lost.lookAgain();
            });
    update();
}

void WeightsBanner::build() {
    m_what->setObjectName(QStringLiteral("weights.missing"));
    auto* locate = new QPushButton(tr("Locate …"), this);
    locate->setObjectName(QStringLiteral("weights.locate"));
    connect(locate, &QPushButton::clicked, this, &WeightsBanner::locate);
    auto* later = new QPushButton(tr("Later"), this);
    later->setObjectName(QStringLiteral("weights.later"));
    connect(later, &QPushButton::clicked, this, [this] {
        m_putAside = m_what->text();
        hide();
    });
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 2 * space);
    layout->addWidget(m_what, 1);
    layout->addWidget(locate);
    layout->addWidget(later);
}

/// One file after the other.
void WeightsBanner::update() {
    const std::vector<LostFile>& files = m_lost.files();
    if (!files.empty()) m_what->setText(sentenceOf(errorOf(files.front())) + QLatin1Char('.'));
    setVisible(!files.empty() && m_what->text() != m_putAside);
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
