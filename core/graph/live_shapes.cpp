// SPDX-License-Identifier: Apache-2.0
// From the nodes that were touched downwards, as far as shapes change.
#include "core/graph/live_shapes.h"

#include <algorithm>
#include <utility>

#include "core/graph/batch_text.h"
#include "core/graph/shape_pass.h"

namespace vitrine {

namespace {

/// Does some node use a parameter that is not its own? Entries of a node's own concern that node
/// alone.
bool sharesParameters(const Graph& graph) {
    return std::ranges::any_of(graph.nodes(),
                               [](const Node& node) { return !node.parameters.empty(); });
}

bool areAlike(const NodeShapes& a, const NodeShapes& b) {
    return a.isKnown == b.isKnown && a.operands == b.operands && a.outputs == b.outputs &&
           std::ranges::equal(a.parameters, b.parameters,
                              [](const NodeParameter& one, const NodeParameter& other) {
                                  return one.place == other.place && one.type == other.type &&
                                         one.kind == other.kind;
                              });
}

/// Where each node stood before; −1: it was not there. Empty where they stand in another order.
std::vector<int> earlierPositions(const std::vector<std::string>& ids, const Graph& graph) {
    std::vector<int> positions;
    size_t at = 0;
    for (const Node& node : graph.nodes()) {
        // Those in between have gone: no node that stayed is met by skipping them.
        size_t found = at;
        while (found < ids.size() && ids[found] != node.id && !graph.find(ids[found])) ++found;
        const bool wasThere = found < ids.size() && ids[found] == node.id;
        if (wasThere) at = found + 1;
        positions.push_back(wasThere ? static_cast<int>(found) : -1);
    }
    while (at < ids.size())
        if (graph.find(ids[at++])) return {};
    return positions;
}

template <class T>
std::vector<T> moved(std::vector<T> items, const std::vector<int>& positions) {
    std::vector<T> result(positions.size());
    for (size_t i = 0; i < positions.size(); ++i)
        if (positions[i] >= 0) result[i] = std::move(items[static_cast<size_t>(positions[i])]);
    return result;
}

std::map<int, Error> moved(std::map<int, Error> errors, const std::vector<int>& positions) {
    std::map<int, Error> result;
    if (errors.empty()) return result;
    for (size_t i = 0; i < positions.size(); ++i)
        if (const auto found = errors.find(positions[i]); found != errors.end())
            result.emplace(static_cast<int>(i), std::move(found->second));
    return result;
}

}  // namespace

void LiveShapes::reset(const Graph& graph) {
    m_wiring = wiringOf(graph);
    m_shares = sharesParameters(graph);
    m_ids.clear();
    for (const Node& node : graph.nodes()) m_ids.push_back(node.id);
    m_second.options.batch = otherBatch(m_first.options.batch);
    for (Twin* twin : {&m_first, &m_second}) {
        twin->nodes.assign(graph.nodes().size(), {});
        twin->earlier.assign(graph.nodes().size(), {});
        twin->errors.clear();
        ShapePass pass(graph, m_wiring, twin->options, twin->nodes);
        for (int index : m_wiring.order) visit(pass, *twin, index);
    }
    for (int index : m_wiring.order) noteOther(index);
    writeReport();
}

std::vector<std::string> LiveShapes::follow(const Graph& graph, const Touched& touched) {
    if (!touched.changesMeaning) return {};
    m_first.nodes = std::move(m_report.nodes);
    const bool isWhole = touched.isWhole || m_shares || sharesParameters(graph);
    if (isWhole || (touched.changesWiring && !followPositions(graph))) {
        reset(graph);
        return m_ids;
    }

    std::vector<std::string> changed;
    std::vector<char> reaches(graph.nodes().size(), 0);  // what feeds others has changed
    ShapePass first(graph, m_wiring, m_first.options, m_first.nodes);
    ShapePass second(graph, m_wiring, m_second.options, m_second.nodes);
    for (const std::string& id : touched.nodes)
        if (const int index = graph.indexOf(id); index >= 0)
            reaches[static_cast<size_t>(index)] = 1;
    for (int index : m_wiring.order) {
        const auto i = static_cast<size_t>(index);
        const bool isFed = std::ranges::any_of(m_wiring.sources[i], [&](const Source& source) {
            return source.isConnected() && reaches[static_cast<size_t>(source.node)];
        });
        if (!reaches[i] && !isFed) continue;
        const bool isTouched = touched.nodes.contains(graph.nodes()[i].id);
        const auto work = isTouched ? &LiveShapes::visit : &LiveShapes::followOne;
        const bool differs = (this->*work)(first, m_first, index);
        const bool other = (this->*work)(second, m_second, index);
        noteOther(index);
        if (!differs && !other) continue;
        reaches[i] = 1;
        changed.push_back(graph.nodes()[i].id);
    }
    writeReport();
    return changed;
}

/// Nodes have come or gone; what is known of the others stays. False where it cannot be told.
bool LiveShapes::followPositions(const Graph& graph) {
    if (std::ranges::equal(m_ids, graph.nodes(), {}, {}, &Node::id)) {  // only edges have
        m_wiring = wiringOf(graph);
        return true;
    }
    const std::vector<int> positions = earlierPositions(m_ids, graph);
    if (positions.size() != graph.nodes().size()) return false;
    m_wiring = wiringOf(graph);
    m_ids.clear();
    for (const Node& node : graph.nodes()) m_ids.push_back(node.id);
    for (Twin* twin : {&m_first, &m_second}) {
        twin->nodes = moved(std::move(twin->nodes), positions);
        twin->earlier = moved(std::move(twin->earlier), positions);
        twin->errors = moved(std::move(twin->errors), positions);
    }
    return true;
}

/// Only what feeds the node has changed.
bool LiveShapes::followOne(ShapePass& pass, Twin& twin, int index) {
    NodeShapes &now = twin.nodes[static_cast<size_t>(index)],
               &earlier = twin.earlier[static_cast<size_t>(index)];
    if (now.isKnown && isFedByUnknown(twin, index)) {
        earlier = std::exchange(now, {});
        return true;
    }
    if (now.isKnown || !earlier.isKnown || twin.errors.contains(index) || !isAsEarlier(twin, index))
        return visit(pass, twin, index);
    now = std::exchange(earlier, {});
    return true;
}

bool LiveShapes::isFedByUnknown(const Twin& twin, int index) const {
    return std::ranges::any_of(
        m_wiring.sources[static_cast<size_t>(index)], [&](const Source& source) {
            return source.isConnected() && !twin.nodes[static_cast<size_t>(source.node)].isKnown;
        });
}

/// All that feeds the node is known, and what it was when the node was known last.
bool LiveShapes::isAsEarlier(const Twin& twin, int index) const {
    const NodeShapes& earlier = twin.earlier[static_cast<size_t>(index)];
    const std::vector<Source>& sources = m_wiring.sources[static_cast<size_t>(index)];
    if (earlier.operands.size() != sources.size()) return false;
    for (size_t k = 0; k < sources.size(); ++k) {
        if (!sources[k].isConnected()) continue;
        const NodeShapes& giver = twin.nodes[static_cast<size_t>(sources[k].node)];
        if (!giver.isKnown ||
            giver.outputs[static_cast<size_t>(sources[k].port)] != earlier.operands[k])
            return false;
    }
    return true;
}

/// True where the node has other shapes or another error than before.
bool LiveShapes::visit(ShapePass& pass, Twin& twin, int index) {
    twin.earlier[static_cast<size_t>(index)] = {};
    const NodeShapes before = std::move(twin.nodes[static_cast<size_t>(index)]);
    const auto error = twin.errors.find(index);
    const std::string wasSaid = error == twin.errors.end() ? std::string() : error->second.message;
    if (error != twin.errors.end()) twin.errors.erase(error);
    const Result<void> known = pass.visit(index);
    if (!known) twin.errors.emplace(index, known.error());
    const std::string isSaid = known ? std::string() : known.error().message;
    return isSaid != wasSaid || !areAlike(before, twin.nodes[static_cast<size_t>(index)]);
}

void LiveShapes::noteOther(int index) {
    const auto i = static_cast<size_t>(index);
    m_first.nodes[i].otherOutputs.clear();
    for (const ValueShape& output : m_second.nodes[i].outputs)
        m_first.nodes[i].otherOutputs.push_back(output.shape);
}

void LiveShapes::writeReport() {
    m_report.batch = m_first.options.batch;
    m_report.nodes = std::move(m_first.nodes);
    m_report.errors.clear();
    if (m_first.errors.empty()) return;
    for (int index : m_wiring.order) {
        const auto found = m_first.errors.find(index);
        if (found == m_first.errors.end()) continue;
        Error error = found->second;
        if (const auto twin = m_second.errors.find(index); twin != m_second.errors.end())
            error.message = withBatchAsN({error.message, m_first.options.batch},
                                         {twin->second.message, m_second.options.batch});
        m_report.errors.push_back(std::move(error));
    }
}

}  // namespace vitrine
