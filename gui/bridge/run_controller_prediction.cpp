// SPDX-License-Identifier: GPL-3.0-or-later
// A prediction that is stepped through takes the place of the run in what the inspectors show.
#include "gui/bridge/project_essence.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

void RunController::followPrediction() {
    connect(&m_prediction, &PredictionStepper::opened, this, &RunController::showPrediction);
    connect(&m_prediction, &PredictionStepper::left, this, &RunController::showPrediction);
    connect(&m_prediction, &PredictionStepper::moved, this, [this] {
        predictionChanged();
        stopPointChanged();
        if (const ValueId found = m_prediction.place().nonFinite; found != noValue)
            nonFiniteShown(found);
    });
    connect(&m_prediction, &PredictionStepper::answered, this, &RunController::valueArrived);
    connect(&m_prediction, &PredictionStepper::failed, this,
            [this](const Error& error) { failed(inWindowWords(error)); });
}

void RunController::stepThroughPrediction(PredictionRequest request) {
    m_predicted = drawnEssence();
    m_prediction.begin(m_document.project(), m_states,
                       {.breakpoints = m_stops.breakpoints, .nonFinite = m_stops.nonFinite},
                       std::move(request));
    predictionChanged();
}

void RunController::leavePrediction() { m_prediction.leave(); }

/// Its tape, or that of the run again.
void RunController::showPrediction() {
    showTape();
    stopsChanged();
    predictionChanged();
    stopPointChanged();
}

/// Its tape is of the network as it was.
void RunController::editMayEndPrediction() {
    const bool isThere = m_prediction.isOpen() || m_prediction.isCompiling();
    if (!isThere || drawnEssence() == m_predicted) return;
    leavePrediction();
    said(tr("The project has been edited: the prediction that was stepped through is left"));
}

std::optional<StopPoint> RunController::standsAt() const {
    if (isSteppingPrediction()) {
        const PredictionPlace& place = m_prediction.place();
        return StopPoint{.step = place.weights.step,
                         .entry = place.entry,
                         .insideStep = true,
                         .canStepBack = place.entry > 0};
    }
    const bool isInside = phase() == RunPhase::Paused && stopPoint().insideStep;
    return isInside ? std::optional(stopPoint()) : std::nullopt;
}

bool RunController::canAnswer() const {
    if (isSteppingPrediction()) return true;
    return m_run && m_tape &&
           (m_tape == m_run->tape() || (standsAt() && m_tape == m_run->presentTape()));
}

}  // namespace vitrine::gui
