// SPDX-License-Identifier: Apache-2.0
// A node is known by its operator, its fields and what feeds it; a network by its nodes, sorted.
#include "core/graph/fingerprint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/base/sha256.h"
#include "core/graph/ports.h"

namespace vitrine {

namespace {

std::string digest(const std::string& text) { return sha256Hex(std::as_bytes(std::span(text))); }

std::string fieldsText(const Attrs& attrs) {
    std::string text;
    for (size_t i = 0; i < attrs.specs().size(); ++i)
        if (!attrs.isLeftOut(i))
            text += fmt::format("{}={}\n", attrs.specs()[i].id, fieldText(attrs.values()[i]));
    return text;
}

/// Digests of all nodes, each after those that feed it.
class NodeDigests {
  public:
    explicit NodeDigests(const Graph& graph) : m_graph(graph), m_digests(graph.nodes().size()) {
        for (const Edge& edge : graph.edges()) m_into[edge.to.node].push_back(&edge);
        for (auto& [node, edges] : m_into)
            std::sort(edges.begin(), edges.end(),
                      [](const Edge* a, const Edge* b) { return a->to.port < b->to.port; });
    }

    /// In the order of the graph's nodes. Without recursion: a network may be a long chain.
    const std::vector<std::string>& all() {
        std::vector<size_t> open;
        for (size_t first = 0; first < m_digests.size(); ++first) {
            open.push_back(first);
            while (!open.empty()) {
                const size_t node = open.back();
                if (!m_digests[node].empty() || !pushMissing(node, open)) {
                    if (m_digests[node].empty()) m_digests[node] = digestOf(node);
                    open.pop_back();
                }
            }
        }
        return m_digests;
    }

  private:
    size_t sourceOf(const Edge& edge) const {
        return static_cast<size_t>(m_graph.indexOf(edge.from.node));
    }

    bool pushMissing(size_t node, std::vector<size_t>& open) {
        const size_t before = open.size();
        for (const Edge* edge : m_into[m_graph.nodes()[node].id])
            if (m_digests[sourceOf(*edge)].empty()) open.push_back(sourceOf(*edge));
        return open.size() > before;
    }

    std::string digestOf(size_t index) {
        const Node& node = m_graph.nodes()[index];
        std::string text =
            fmt::format("{}\n{}{}", node.op->id, fieldsText(node.attrs), objectsText(node));
        for (const Edge* edge : m_into[node.id])
            text += fmt::format("{}<{}.{}\n", edge->to.port, m_digests[sourceOf(*edge)],
                                edge->from.port);
        return digest(text);
    }

    /// Parameters of the node that are otherwise than its operator wants them.
    std::string objectsText(const Node& node) const {
        std::string text;
        if (m_graph.parameters().empty()) return text;
        const auto objectOf = [&](std::string_view port) {
            return m_graph.findParameter(node.parameterId(port));
        };
        const auto add = [&](std::string_view port, const Parameter& object) {
            text += fmt::format("{}!{}\n", port, parameterEssence(object));
        };
        for (const PortSpec& port : node.op->inputs) {
            const Parameter* object = port.role == PortRole::Value ? nullptr : objectOf(port.id);
            if (object && !isUsual(*object, port)) add(port.id, *object);
        }
        for (const auto& [port, parameter] : node.parameters)
            if (const Parameter* object = takesValues(node, port) ? objectOf(port) : nullptr)
                add(port, *object);
        return text;
    }

    const Graph& m_graph;
    std::map<std::string, std::vector<const Edge*>> m_into;
    std::vector<std::string> m_digests;
};

/// Who uses a parameter that is not only a node's own.
std::vector<std::string> sharedParameters(const Graph& graph,
                                          const std::vector<std::string>& digests) {
    std::map<std::string, std::vector<std::string>> users;
    for (size_t i = 0; i < digests.size(); ++i)
        for (const auto& [port, parameter] : graph.nodes()[i].parameters)
            users[parameter].push_back(fmt::format("{}.{}", digests[i], port));
    std::vector<std::string> groups;
    for (auto& [parameter, ports] : users) {
        const size_t dot = parameter.rfind('.');
        const int owner = graph.indexOf(std::string_view(parameter).substr(0, dot));
        if (owner >= 0 && dot != std::string::npos)
            ports.push_back(fmt::format("{}.{} owns", digests[static_cast<size_t>(owner)],
                                        parameter.substr(dot + 1)));
        std::sort(ports.begin(), ports.end());
        std::string group;
        for (const std::string& port : ports) group += port + "\n";
        groups.push_back(digest(group));
    }
    return groups;
}

/// Two nodes that are fed alike have one digest: who takes from which of them tells them apart.
std::vector<std::string> withConsumers(const Graph& graph,
                                       const std::vector<std::string>& digests) {
    std::vector<std::vector<std::string>> consumers(digests.size());
    for (const Edge& edge : graph.edges())
        consumers[static_cast<size_t>(graph.indexOf(edge.from.node))].push_back(
            fmt::format("{}>{}.{}", edge.from.port,
                        digests[static_cast<size_t>(graph.indexOf(edge.to.node))], edge.to.port));
    std::vector<std::string> parts;
    for (size_t i = 0; i < digests.size(); ++i) {
        std::sort(consumers[i].begin(), consumers[i].end());
        parts.push_back(digest(fmt::format("{}\n{}", digests[i], fmt::join(consumers[i], "\n"))));
    }
    return parts;
}

}  // namespace

std::string graphFingerprint(const Graph& graph) {
    NodeDigests nodes(graph);
    const std::vector<std::string>& digests = nodes.all();
    const std::vector<std::string> shared = sharedParameters(graph, digests);
    std::vector<std::string> parts = withConsumers(graph, digests);
    std::sort(parts.begin(), parts.end());
    std::vector<std::string> groups = shared;
    std::sort(groups.begin(), groups.end());
    std::string text;
    for (const std::string& part : parts) text += part + "\n";
    for (const std::string& group : groups) text += "shared " + group + "\n";
    return digest(text);
}

}  // namespace vitrine
