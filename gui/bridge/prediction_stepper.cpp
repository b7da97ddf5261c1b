// SPDX-License-Identifier: GPL-3.0-or-later
// One piece of work at a time: compiling, then commands in their order, then the newest question.
#include "gui/bridge/prediction_stepper.h"

#include "gui/bridge/freed_elsewhere.h"
#include "gui/bridge/preparation.h"

namespace vitrine::gui {

PredictionStepper::PredictionStepper(QObject* parent) : QObject(parent) {
    connect(&m_work, &BackgroundWork::finished, this, &PredictionStepper::take);
}

void PredictionStepper::begin(const Project& project, std::shared_ptr<const Snapshot> states,
                              StopRequest stops, PredictionRequest request) {
    leave();
    m_place = {.subject = request.subject};
    m_stops = stops;
    m_wanted = Wanted{project, std::move(states), std::move(stops), std::move(request)};
    workOn();
}

void PredictionStepper::leave() {
    if (forget()) left();
}

/// Was there something to leave?
bool PredictionStepper::forget() {
    const bool wasThere = isThere();
    m_stop.request_stop();
    m_wanted.reset();
    m_commands.clear();
    m_query.reset();
    m_tape.reset();
    m_place = {};
    m_isUnwanted = m_work.isRunning();
    if (!m_isUnwanted)
        freedElsewhere(std::shared_ptr<const SteppedPrediction>(std::move(m_network)));
    return wasThere;
}

void PredictionStepper::shutDown() {
    m_stop.request_stop();
    m_work.waitForFinished();
    forget();
}

void PredictionStepper::setStops(StopRequest stops) {
    if (!isOpen()) return;
    m_stops = std::move(stops);
    // Stands where it stood, and has made what it had made.
    add([stops = m_stops, found = m_place.nonFinite](SteppedPrediction& network) {
        network.setStops(stops);
        return DebugStop{found == noValue ? StopCause::None : StopCause::NonFinite, {found, 0}};
    });
}

void PredictionStepper::stepEntry() {
    add([](SteppedPrediction& network) {
        const int first = preparationOf(network.tape());
        return network.entry() < first ? network.runTo(first) : network.stepEntry();
    });
}

void PredictionStepper::stepBack() {
    add([](SteppedPrediction& network) {
        if (network.entry() == preparationOf(network.tape())) return network.runTo(0);
        network.stepBack();
        return DebugStop{};
    });
}

void PredictionStepper::run() {
    add([](SteppedPrediction& network) { return network.run(); });
}

void PredictionStepper::runTo(int entry) {
    add([entry](SteppedPrediction& network) { return network.runTo(entry); });
}

void PredictionStepper::runToNode(const std::string& node) {
    add([node](SteppedPrediction& network) { return network.runToNode(node); });
}

void PredictionStepper::edit(ValueId value, int64_t element, double number) {
    add([=](SteppedPrediction& network) {
        network.edit(value, element, number);
        return DebugStop{};
    });
}

void PredictionStepper::ask(const ValueQuery& query) {
    if (!isOpen()) return;
    m_query = query;
    workOn();
}

void PredictionStepper::add(Command command) {
    if (!isOpen()) return;
    m_commands.push_back(std::move(command));
    workOn();
}

PredictionPlace PredictionStepper::placeOf(const SteppedPrediction& network,
                                           const DebugStop& stop) {
    PredictionPlace place{
        .weights = network.weights(), .entry = network.entry(), .entries = network.entries()};
    if (stop.cause == StopCause::NonFinite) place.nonFinite = stop.found.value;
    if (network.isAtEnd()) place.outputs = network.outputs();
    return place;
}

Result<PredictionStepper::Outcome> PredictionStepper::compiled(const Wanted& wanted,
                                                               const std::stop_token& stop) {
    auto network = SteppedPrediction::create(wanted.project, {.batch = 1, .stop = stop});
    if (!network) return network.error();
    if (wanted.states) (*network)->setStates(*wanted.states);
    (*network)->setStops(wanted.stops);
    const auto values = wanted.request.question((*network)->inputs());
    if (!values) return values.error();
    const auto begun = (*network)->begin(*values);
    if (!begun) return begun.error();
    Outcome outcome{.tape = std::make_shared<const Tape>((*network)->tape()),
                    .place = placeOf(**network, *begun)};
    outcome.network = std::move(network).value();
    return outcome;
}

void PredictionStepper::workOn() {
    if (m_work.isRunning()) return;
    if (m_wanted) {
        m_stop = {};
        return m_work.run(
            "compiling a prediction",
            [wanted = *m_wanted, stop = m_stop.get_token()] { return compiled(wanted, stop); });
    }
    if (!isOpen()) return;
    if (!m_commands.empty()) {
        Command command = std::move(m_commands.front());
        m_commands.pop_front();
        m_work.run("stepping through a prediction",
                   [network = m_network.get(), command = std::move(command)]() -> Result<Outcome> {
                       const DebugStop stop = command(*network);
                       return Outcome{.place = placeOf(*network, stop)};
                   });
    } else if (m_query) {
        m_work.run(
            "looking into a prediction",
            [network = m_network.get(), query = *std::exchange(m_query, {})]() -> Result<Outcome> {
                return Outcome{.answer = network->value(query)};
            });
    }
}

void PredictionStepper::take() {
    Result<Outcome> outcome = m_work.take();
    if (std::exchange(m_isUnwanted, false)) {
        freedElsewhere(std::shared_ptr<const SteppedPrediction>(std::move(m_network)));
    } else if (outcome) {
        takeOutcome(std::move(outcome).value());
    } else {
        leave();
        failed(outcome.error());
    }
    workOn();
}

void PredictionStepper::takeOutcome(Outcome outcome) {
    if (outcome.answer) return answered(*outcome.answer);
    const bool isNew = outcome.network != nullptr;
    outcome.place.subject = m_place.subject;
    m_place = std::move(outcome.place);
    if (!isNew) return moved();
    m_network = std::move(outcome.network);
    m_tape = freedElsewhere(std::move(outcome.tape));
    m_wanted.reset();
    opened();
}

}  // namespace vitrine::gui
