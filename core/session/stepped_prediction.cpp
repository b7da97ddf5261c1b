// SPDX-License-Identifier: Apache-2.0
// A predict tape under a debugger that always keeps the start.
#include "core/session/stepped_prediction.h"

#include <algorithm>

#include "core/base/guard.h"
#include "core/train/stop_point.h"

namespace vitrine {

SteppedPrediction::SteppedPrediction(std::unique_ptr<PredictNetwork> network)
    : m_network(std::move(network)), m_debugger({&m_network->executor()}, m_network->team()) {
    setStops({});
}

Result<std::unique_ptr<SteppedPrediction>> SteppedPrediction::create(const Project& project,
                                                                     const ModelOptions& options) {
    auto network = PredictNetwork::compile(project, options);
    if (!network) return network.error();
    return std::unique_ptr<SteppedPrediction>(new SteppedPrediction(std::move(network).value()));
}

/// States and inputs are those that it began with.
void SteppedPrediction::leave() {
    if (!isGoingOn()) return;
    m_debugger.restart();
    m_debugger.end();
}

void SteppedPrediction::setStates(const Snapshot& states) {
    leave();
    m_network->setStates(states);
}

Result<std::vector<Error>> SteppedPrediction::loadStates(const std::string& path,
                                                         const WeightWishes& wishes) {
    leave();
    return m_network->loadStates(path, wishes);
}

Result<DebugStop> SteppedPrediction::begin(std::span<const std::vector<std::byte>> values) {
    VITRINE_TRY(m_network->check(values));
    leave();
    VITRINE_TRY(m_network->write(values));
    m_debugger.goUntil(StepDebugger::Until::End);
    const DebugStop stop = m_debugger.begin(m_network->executor());
    if (!m_debugger.isKept()) {
        m_debugger.end();
        return outOfMemoryError("stepping through a prediction");
    }
    m_debugger.standStill();
    return stop;
}

void SteppedPrediction::setStops(StopRequest stops) {
    stops.record = true;
    m_debugger.setStops(stops);
}

DebugStop SteppedPrediction::go(StepDebugger::Until until, int entry) {
    VITRINE_CHECK(isGoingOn(), "a prediction has begun before it is stepped");
    m_debugger.goUntil(until, entry);
    return m_debugger.run();
}

DebugStop SteppedPrediction::run() { return go(StepDebugger::Until::End); }
DebugStop SteppedPrediction::stepEntry() { return go(StepDebugger::Until::NextEntry); }

DebugStop SteppedPrediction::runTo(int entry) {
    VITRINE_CHECK(isGoingOn(), "a prediction has begun before it is stepped");
    const int target = std::clamp(entry, 0, entries());
    if (target > this->entry()) return go(StepDebugger::Until::Entry, target);
    if (target < this->entry()) m_debugger.goBackTo(target);
    m_debugger.standStill();
    return {StopCause::Entry};
}

DebugStop SteppedPrediction::runToNode(const std::string& node) {
    const int entry = firstEntryOf(tape(), node, false);
    return entry < 0 ? DebugStop{} : runTo(entry);
}

bool SteppedPrediction::stepBack() {
    if (!m_debugger.canStepBack()) return false;
    runTo(entry() - 1);
    return true;
}

ValueSnapshot SteppedPrediction::value(const ValueQuery& query) {
    VITRINE_CHECK(isGoingOn(), "a prediction has begun before its values are looked at");
    return m_debugger.value(query);
}

bool SteppedPrediction::edit(ValueId value, int64_t element, double number) {
    return isGoingOn() && m_debugger.edit(value, element, number);
}

std::vector<PredictedOutput> SteppedPrediction::outputs() const {
    VITRINE_CHECK(isAtEnd(), "outputs are there when all entries have run");
    return m_network->outputs();
}

}  // namespace vitrine
