// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence and a button.
#include "gui/shell/prediction_banner.h"

#include <QPushButton>

#include "gui/bridge/run_controller.h"
#include "gui/models/output_view.h"
#include "gui/models/prediction_words.h"

namespace vitrine::gui {

PredictionBanner::PredictionBanner(const ViewContext& context, QWidget* parent)
    : Banner("prediction", tr("A prediction is stepped through"), parent), m_context(context) {
    m_again = addButton(tr("Begin anew"), "again",
                        tr("Compile the network as it is now and stand before its first entry "
                           "(F10)"),
                        [this] { m_context.run.beginPredictionAnew(); });
    addButton(tr("Leave"), "leave", tr("Back to the tape of training (Shift+F5)"),
              [this] { m_context.run.leavePrediction(); });
    connect(&context.run, &RunController::predictionChanged, this, &PredictionBanner::update);
}

void PredictionBanner::update() {
    const RunController& run = m_context.run;
    const PredictionStepper& prediction = run.prediction();
    if (prediction.isOpen())
        sentence().setText(predictionWords(prediction.place(), run.data().get(),
                                           originOf(m_context.document.graph())));
    else if (prediction.isCompiling())
        sentence().setText(compilingWords(prediction.subject()));
    else if (run.hasPredictionEnded())
        sentence().setText(endedWords(run.predictionSubject()));
    m_again->setVisible(run.hasPredictionEnded());
    setVisible(run.isPredicting());
}

}  // namespace vitrine::gui
