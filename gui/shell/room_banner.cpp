// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and two buttons.
#include "gui/shell/room_banner.h"

#include <QPushButton>

#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"
#include "gui/models/number_text.h"

namespace vitrine::gui {

RoomBanner::RoomBanner(const ViewContext& context, QWidget* parent)
    : Banner("room", tr("The batch has no room on the GPU"), parent), m_context(context) {
    m_train = addButton({}, "train",
                        tr("Sets batch and accumulation, which can be undone, and starts. "
                           "Gradients of the smaller batches are added up before weights change."),
                        [this] { trainSmaller(); });
    m_train->setAccessibleName(tr("Train in parts that fit"));
    addButton(tr("Later"), "later", {}, [this] { hide(); });
    connect(&context.run, &RunController::refusalChanged, this, &RoomBanner::update);
}

void RoomBanner::update() {
    const auto& refusal = m_context.run.refusal();
    const auto fitting = refusal ? fittingBatchOf(*refusal) : std::nullopt;
    setVisible(fitting.has_value());
    if (!fitting) return;
    m_fitting = *fitting;
    sentence().setText(sentenceOf(*refusal) + tr("."));
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
