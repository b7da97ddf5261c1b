// SPDX-License-Identifier: GPL-3.0-or-later
// A prediction that is stepped through takes the place of the run in what the inspectors show.
#include <utility>

#include "gui/bridge/project_essence.h"
#include "gui/bridge/run_controller.h"
#include "gui/bridge/window_words.h"

namespace vitrine::gui {

void RunController::followPrediction() {
    connect(&m_prediction, &PredictionStepper::opened, this, [this] {
        m_hasPredictionEnded = false;
        showPrediction();
    });
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
    m_hasPredictionEnded = false;
    m_predictionRequest = std::move(request);
    beginPrediction();
}

void RunController::beginPrediction() {
    m_predicted = drawnEssence();
    m_prediction.begin(m_document.project(), m_states,
                       {.breakpoints = m_stops.breakpoints, .nonFinite = m_stops.nonFinite},
                       m_predictionRequest);
    predictionChanged();
}

void RunController::leavePrediction() {
    const bool hadEnded = std::exchange(m_hasPredictionEnded, false) && !m_prediction.isThere();
    m_prediction.leave();
    if (hadEnded) predictionChanged();
}

/// One that is being compiled does not move.
void RunController::movePrediction(const std::function<void()>& move) {
    if (hasPredictionEnded()) return beginPrediction();
    move();
}

/// Its tape, or that of the run again.
void RunController::showPrediction() {
    showTape();
    stopsChanged();
    predictionChanged();
    stopPointChanged();
}

/// Its tape is of the network as it was.
void RunController::endPrediction() {
    if (!m_prediction.isThere()) return;
    m_hasPredictionEnded = true;
    m_prediction.leave();
    said(tr("The network has been edited: the prediction that was stepped through has ended"));
}

void RunController::editMayEndPrediction() {
    if (m_prediction.isThere() && drawnEssence() != m_predicted) endPrediction();
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
