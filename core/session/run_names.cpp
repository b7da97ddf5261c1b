// SPDX-License-Identifier: Apache-2.0
// Names go by key from the graph of a run's start to the one that is drawn.
#include "core/session/run_names.h"

#include <algorithm>

namespace vitrine {

namespace {

using Names = std::map<std::string, std::string, std::less<>>;

void takeNames(std::vector<std::string>& origins, const Names& names) {
    for (std::string& origin : origins)
        if (const auto found = names.find(origin); found != names.end()) origin = found->second;
}

/// Values and states are called after their node: `conv1.weight/momentum`, `relu`.
void renameOwner(std::string& name, const Names& names) {
    const std::string_view owner = std::string_view(name).substr(0, name.find('.'));
    const auto found = names.find(owner);
    if (found != names.end()) name = found->second + name.substr(owner.size());
}

Tape renamed(Tape tape, const Names& names) {
    for (TapeEntry& entry : tape.entries) {
        takeNames(entry.instr.origins, names);
        for (FusedOp& load : entry.instr.loads) takeNames(load.origins, names);
        for (FusedOp& fused : entry.instr.epilogue) takeNames(fused.origins, names);
        for (FusedOp& sum : entry.instr.sums) takeNames(sum.origins, names);
    }
    for (TapeValue& value : tape.values) renameOwner(value.name, names);
    for (TapeState& state : tape.states) renameOwner(state.name, names);
    return tape;
}

}  // namespace

bool RunNames::follow(const Graph& atStart, const Graph& now) {
    Names names;
    bool isRenamed = false;
    for (const Node& node : atStart.nodes()) {
        const Node* same = now.findByKey(node.key);
        std::string& name = names[node.id];
        name = same ? same->id : now.find(node.id) ? node.id + " (before)" : node.id;
        isRenamed = isRenamed || name != node.id;
    }
    const bool differs = names != m_names && (isRenamed || m_isRenamed);
    m_names = std::move(names);
    m_isRenamed = isRenamed;
    if (differs) m_tapes.clear();
    return differs;
}

std::shared_ptr<const Tape> RunNames::called(const std::shared_ptr<const Tape>& tape) {
    if (!m_isRenamed || !tape) return tape;
    std::shared_ptr<const Tape>& copy = m_tapes[tape];
    if (!copy) copy = std::make_shared<const Tape>(renamed(*tape, m_names));
    return copy;
}

StopRequest RunNames::asAtStart(StopRequest stops) const {
    if (!m_isRenamed) return stops;
    std::map<std::string_view, std::string_view> starts;
    for (const auto& [atStart, now] : m_names) starts.emplace(now, atStart);
    std::erase_if(stops.breakpoints,
                  [&](const Breakpoint& point) { return !starts.contains(point.node); });
    for (Breakpoint& point : stops.breakpoints) point.node = starts[point.node];
    return stops;
}

}  // namespace vitrine
