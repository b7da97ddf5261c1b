// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/room_banner.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/models/number_text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/wrapped_label.h"

namespace vitrine::gui {

RoomBanner::RoomBanner(const ViewContext& context, QWidget* parent)
    : QFrame(parent),
      m_context(context),
      m_what(new WrappedLabel(this)),
      m_train(new QPushButton(this)) {
    setObjectName(QStringLiteral("roomBanner"));
    setAccessibleName(tr("The batch has no room on the GPU"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    m_what->setObjectName(QStringLiteral("room.missing"));
    m_train->setObjectName(QStringLiteral("room.train"));
    m_train->setAccessibleName(tr("Train in parts that fit"));
    m_train->setToolTip(
        tr("Sets batch and accumulation, which can be undone, and starts. Gradients of the smaller "
           "batches are added up before weights change."));
    connect(m_train, &QPushButton::clicked, this, &RoomBanner::trainSmaller);
    auto* later = new QPushButton(tr("Later"), this);
    later->setObjectName(QStringLiteral("room.later"));
    connect(later, &QPushButton::clicked, this, &QWidget::hide);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 2 * space);
    layout->addWidget(m_what, 1);
    layout->addWidget(m_train);
    layout->addWidget(later);
    connect(&context.run, &RunController::refusalChanged, this, &RoomBanner::update);
    hide();
}

void RoomBanner::update() {
    const auto& refusal = m_context.run.refusal();
    const auto fitting = refusal ? fittingBatchOf(*refusal) : std::nullopt;
    setVisible(fitting.has_value());
    if (!fitting) return;
    m_fitting = *fitting;
    m_what->setText(sentenceOf(*refusal) + tr("."));
    m_train->setText(tr("Train with batches of %1, %2 added up")
                         .arg(exactText(m_fitting.batch), exactText(m_fitting.accumulate)));
}

void RoomBanner::trainSmaller() {
    TrainingSettings training = m_context.document.project().training;
    training.batch = m_fitting.batch;
    training.accumulate = m_fitting.accumulate;
    m_context.document.setTraining(tr("Train in smaller batches"), training);
    m_context.run.train();
}

}  // namespace vitrine::gui
