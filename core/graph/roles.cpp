// SPDX-License-Identifier: Apache-2.0
// Finding the nodes that play a part of their own.
#include "core/graph/roles.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/ports.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

class RoleFinder {
  public:
    RoleFinder(const Graph& graph, const Wiring& wiring, const std::vector<bool>& leftOut)
        : m_graph(graph), m_wiring(wiring), m_leftOut(leftOut) {}

    Roles find() {
        forEach(NodeKind::Input, [&](int index) { m_roles.inputs.push_back(index); });
        forEach(NodeKind::Loss, [&](int index) { addLoss(index); });
        forEach(NodeKind::Output,
                [&](int index) { addNamed(m_wiring.source(index, 0), nodeAt(index).id); });
        for (const LossRole& loss : m_roles.losses)
            addCompared(isMade(loss.prediction) ? loss.prediction : loss.target);
        if (m_roles.outputs.empty()) addOpenEnds();
        return std::move(m_roles);
    }

  private:
    const Node& nodeAt(int index) const { return m_graph.nodes()[static_cast<size_t>(index)]; }
    int count() const { return static_cast<int>(m_graph.nodes().size()); }
    bool isThere(int index) const { return !m_leftOut[static_cast<size_t>(index)]; }

    template <class Take>
    void forEach(NodeKind kind, Take take) const {
        for (int index = 0; index < count(); ++index)
            if (isThere(index) && nodeAt(index).op->kind == kind) take(index);
    }

    void addLoss(int index) {
        const std::vector<Source>& sources = m_wiring.sources[static_cast<size_t>(index)];
        m_roles.losses.push_back({.node = index,
                                  .weight = nodeAt(index).attrs.real("weight"),
                                  .prediction = sources[0],
                                  .target = sources[1]});
    }

    bool isMade(const Source& source) const {
        return source.isConnected() && !isInput(nodeAt(source.node));
    }
    void addCompared(const Source& source) {
        if (isMade(source)) addOutput(source, nameOf(source));
    }

    void addOutput(const Source& source, std::string name) {
        const bool isNew = std::ranges::none_of(m_roles.outputs, [&](const OutputRole& output) {
            return output.source.node == source.node && output.source.port == source.port;
        });
        if (isNew) addNamed(source, std::move(name));
    }
    void addNamed(const Source& source, std::string name) {
        if (source.isConnected()) m_roles.outputs.push_back({std::move(name), source});
    }

    std::string nameOf(const Source& source) const {
        const Node& node = nodeAt(source.node);
        const std::vector<NodePort> ports = outputsOf(node);
        if (ports.size() == 1) return node.id;
        return fmt::format("{}.{}", node.id, ports[static_cast<size_t>(source.port)].id);
    }

    /// What no edge takes away, inputs and losses apart.
    void addOpenEnds() {
        std::vector<bool> isUsed(m_graph.nodes().size());
        for (int index = 0; index < count(); ++index)
            for (const Source& source : m_wiring.sources[static_cast<size_t>(index)])
                if (source.isConnected() && isThere(index))
                    isUsed[static_cast<size_t>(source.node)] = true;
        forEach(NodeKind::Operator, [&](int index) {
            if (isUsed[static_cast<size_t>(index)]) return;
            for (size_t port = 0; port < outputsOf(nodeAt(index)).size(); ++port) {
                const Source end{index, static_cast<int>(port)};
                addOutput(end, nameOf(end));
            }
        });
    }

    const Graph& m_graph;
    const Wiring& m_wiring;
    const std::vector<bool>& m_leftOut;
    Roles m_roles;
};

Error missing(const char* part, const char* next) {
    return {"P10", fmt::format("the graph has no {}, wanted at least one", part), {}, {}, next};
}

}  // namespace

std::vector<bool> neededForOutputs(const Graph& graph, const Wiring& wiring) {
    std::vector<bool> needed(graph.nodes().size());
    const std::vector<bool> none(graph.nodes().size());
    for (const OutputRole& output : RoleFinder(graph, wiring, none).find().outputs)
        needed[static_cast<size_t>(output.source.node)] = true;
    for (auto index = wiring.order.rbegin(); index != wiring.order.rend(); ++index)
        if (needed[static_cast<size_t>(*index)])
            for (const Source& source : wiring.sources[static_cast<size_t>(*index)])
                if (source.isConnected()) needed[static_cast<size_t>(source.node)] = true;
    return needed;
}

Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss) {
    return rolesOf(graph, wiring, withLoss, std::vector<bool>(graph.nodes().size()));
}

Result<Roles> rolesOf(const Graph& graph, const Wiring& wiring, bool withLoss,
                      const std::vector<bool>& leftOut) {
    Roles roles = RoleFinder(graph, wiring, leftOut).find();
    const bool isAsked = std::ranges::any_of(
        graph.nodes(), [](const Node& node) { return node.op->kind == NodeKind::Output; });
    if (roles.inputs.empty() && (withLoss || !isAsked))
        return missing("input", "Add an input and connect it to the first layer.");
    if (withLoss && roles.losses.empty())
        return missing("loss",
                       "Add a loss (cross_entropy) and connect the last layer and a target to it.");
    if (!withLoss && roles.outputs.empty())
        return missing("result", "Connect the input to a layer.");
    return roles;
}

}  // namespace vitrine
