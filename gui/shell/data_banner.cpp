// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/data_banner.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPushButton>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/theme/theme.h"
#include "gui/widgets/action_book.h"
#include "gui/widgets/wrapped_label.h"

namespace vitrine::gui {

DataBanner::DataBanner(const ViewContext& context, QWidget* parent)
    : QFrame(parent),
      m_context(context),
      m_what(new WrappedLabel(this)),
      m_locate(new QPushButton(this)) {
    setObjectName(QStringLiteral("dataBanner"));
    setAccessibleName(tr("The data are missing"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    m_what->setObjectName(QStringLiteral("data.missing"));
    m_locate->setObjectName(QStringLiteral("data.locate"));
    connect(m_locate, &QPushButton::clicked, this,
            [this] { m_context.actions.find("data.choose")->trigger(); });
    auto* later = new QPushButton(tr("Later"), this);
    later->setObjectName(QStringLiteral("data.later"));
    connect(later, &QPushButton::clicked, this, [this] {
        m_putAside = m_what->text();
        hide();
    });
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 2 * space);
    layout->addWidget(m_what, 1);
    layout->addWidget(m_locate);
    layout->addWidget(later);
    connect(&context.run, &RunController::dataChanged, this, &DataBanner::update);
    connect(&context.run, &RunController::predictionChanged, this, &DataBanner::update);
    connect(&context.document, &Document::replaced, this, [this] {
        m_putAside.clear();
        update();
    });
    hide();
}

void DataBanner::update() {
    const auto& error = m_context.run.dataError();
    const bool isMissing = error && error->place.field == dataFolderField;
    if (isMissing) m_what->setText(sentenceOf(*error) + tr("."));
    // What was never there has no place where it could be found again.
    const bool wasChosen = !m_context.document.project().data.folder.empty();
    m_locate->setText(wasChosen ? tr("Locate …") : tr("Choose …"));
    // Whoever looks at a prediction wants the canvas, and no data to train on.
    const bool isLookedAt = m_context.run.isPredicting();
    setVisible(isMissing && !isLookedAt && m_what->text() != m_putAside);
}

}  // namespace vitrine::gui
