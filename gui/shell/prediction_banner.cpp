// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and a button.
#include "gui/shell/prediction_banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "gui/bridge/run_controller.h"
#include "gui/models/output_view.h"
#include "gui/models/prediction_words.h"
#include "gui/theme/theme.h"

namespace vitrine::gui {

PredictionBanner::PredictionBanner(const ViewContext& context, QWidget* parent)
    : QFrame(parent),
      m_context(context),
      m_what(new QLabel(this)),
      m_again(new QPushButton(tr("Begin anew"), this)) {
    setObjectName(QStringLiteral("predictionBanner"));
    setAccessibleName(tr("A prediction is stepped through"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    m_what->setObjectName(QStringLiteral("prediction.what"));
    m_what->setTextFormat(Qt::PlainText);
    m_what->setWordWrap(true);
    m_again->setObjectName(QStringLiteral("prediction.again"));
    m_again->setToolTip(
        tr("Compile the network as it is now and stand before its first entry "
           "(F10)"));
    connect(m_again, &QPushButton::clicked, &context.run, &RunController::beginPredictionAnew);
    auto* leave = new QPushButton(tr("Leave"), this);
    leave->setObjectName(QStringLiteral("prediction.leave"));
    leave->setToolTip(tr("Back to the tape of training (Shift+F5)"));
    connect(leave, &QPushButton::clicked, &context.run, &RunController::leavePrediction);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(3 * space, 2 * space, 3 * space, 2 * space);
    layout->addWidget(m_what, 1);
    layout->addWidget(m_again);
    layout->addWidget(leave);
    connect(&context.run, &RunController::predictionChanged, this, &PredictionBanner::update);
    hide();
}

void PredictionBanner::update() {
    const RunController& run = m_context.run;
    const PredictionStepper& prediction = run.prediction();
    if (prediction.isOpen())
        m_what->setText(predictionWords(prediction.place(), run.data().get(),
                                        originOf(m_context.document.graph())));
    else if (prediction.isCompiling())
        m_what->setText(compilingWords(prediction.subject()));
    else if (run.hasPredictionEnded())
        m_what->setText(endedWords(run.predictionSubject()));
    m_again->setVisible(run.hasPredictionEnded());
    setVisible(run.isPredicting());
}

}  // namespace vitrine::gui
