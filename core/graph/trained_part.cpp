// SPDX-License-Identifier: Apache-2.0
// Finding strays by walking the wiring both ways, and taking them out.
#include "core/graph/trained_part.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/graph/parameter_use.h"
#include "core/graph/roles.h"
#include "core/graph/special_nodes.h"

namespace vitrine {

namespace {

using Marks = std::vector<bool>;  ///< for each node

class Strays {
  public:
    Strays(const Graph& graph, const Wiring& wiring, const ShapeReport& shapes)
        : m_graph(graph), m_wiring(wiring), m_shapes(shapes) {}

    Marks find() const {
        Marks strays(count());
        if (!hasInput()) return strays;
        Marks needed = neededByLosses();
        const bool isLossWanted = has(needed);
        if (!isLossWanted) needed = connectedWithAnEnd();
        for (const int index : m_wiring.order) {
            const auto i = static_cast<size_t>(index);
            if (needed[i]) continue;
            const Node& node = nodeAt(i);
            const bool isSpare =
                isLossWanted && isInput(node) && (!isClassInput(node) || hasAnother(needed, i));
            strays[i] = !m_shapes.nodes[i].isKnown || isSpare || isFedByOneOf(strays, i);
        }
        return strays;
    }

    Marks counted() const {
        Marks marks = neededByLosses();
        if (has(marks)) return marks;
        marks = find();
        marks.flip();
        return marks;
    }

  private:
    static bool takesNumbers(const Node& node) { return isInput(node) && !isClassInput(node); }
    static bool has(const Marks& marks) {
        return std::find(marks.begin(), marks.end(), true) != marks.end();
    }
    bool hasInput() const {
        return std::any_of(m_graph.nodes().begin(), m_graph.nodes().end(), takesNumbers);
    }
    /// Wanted losses, outputs and what leads to them; none where no loss is wanted.
    Marks neededByLosses() const {
        Marks needed = fedByInput();
        const Marks fed = needed;
        for (size_t i = 0; i < count(); ++i) needed[i] = fed[i] && isLoss(nodeAt(i));
        if (has(needed))
            for (size_t i = 0; i < count(); ++i)
                needed[i] = needed[i] || (fed[i] && nodeAt(i).op->kind == NodeKind::Output);
        markWhatLeadsTo(needed);
        return needed;
    }

    size_t count() const { return m_graph.nodes().size(); }
    const Node& nodeAt(size_t i) const { return m_graph.nodes()[i]; }

    bool isFedByOneOf(const Marks& marks, size_t i) const {
        const std::vector<Source>& sources = m_wiring.sources[i];
        return std::any_of(sources.begin(), sources.end(), [&](const Source& source) {
            return source.isConnected() && marks[static_cast<size_t>(source.node)];
        });
    }

    /// A target that a wanted loss has.
    bool hasAnother(const Marks& needed, size_t target) const {
        for (size_t i = 0; i < count(); ++i)
            if (i != target && needed[i] && isClassInput(nodeAt(i))) return true;
        return false;
    }

    Marks fedByInput() const {
        Marks fed(count());
        for (const int index : m_wiring.order) {
            const auto i = static_cast<size_t>(index);
            fed[i] = takesNumbers(nodeAt(i)) || isFedByOneOf(fed, i);
        }
        return fed;
    }

    void markWhatLeadsTo(Marks& marks) const {
        for (auto index = m_wiring.order.rbegin(); index != m_wiring.order.rend(); ++index)
            if (marks[static_cast<size_t>(*index)])
                for (const Source& source : m_wiring.sources[static_cast<size_t>(*index)])
                    if (source.isConnected()) marks[static_cast<size_t>(source.node)] = true;
    }

    /// Edges in any direction lead to an input or a loss.
    Marks connectedWithAnEnd() const {
        std::vector<std::vector<size_t>> beside(count());
        Marks marks(count());
        std::vector<size_t> open;
        for (size_t i = 0; i < count(); ++i) {
            for (const Source& source : m_wiring.sources[i]) {
                if (!source.isConnected()) continue;
                beside[i].push_back(static_cast<size_t>(source.node));
                beside[static_cast<size_t>(source.node)].push_back(i);
            }
            if (takesNumbers(nodeAt(i)) || isLoss(nodeAt(i))) open.push_back(i);
        }
        while (!open.empty()) {
            const size_t i = open.back();
            open.pop_back();
            if (marks[i]) continue;
            marks[i] = true;
            open.insert(open.end(), beside[i].begin(), beside[i].end());
        }
        return marks;
    }

    const Graph& m_graph;
    const Wiring& m_wiring;
    const ShapeReport& m_shapes;
};

/// For each node, what it feeds; more than once where it does so through several ports.
std::vector<std::vector<size_t>> followersOf(const Wiring& wiring) {
    std::vector<std::vector<size_t>> followers(wiring.sources.size());
    for (size_t i = 0; i < wiring.sources.size(); ++i)
        for (const Source& source : wiring.sources[i])
            if (source.isConnected()) followers[static_cast<size_t>(source.node)].push_back(i);
    return followers;
}

/// How many nodes a node feeds, directly or through others.
size_t countBehind(const std::vector<std::vector<size_t>>& followers, size_t first) {
    std::set<size_t> behind;
    std::vector<size_t> open = followers[first];
    while (!open.empty()) {
        const size_t i = open.back();
        open.pop_back();
        if (!behind.insert(i).second) continue;
        open.insert(open.end(), followers[i].begin(), followers[i].end());
    }
    return behind.size();
}

Error strayWarning(const Node& node, const Error* reason, size_t behind) {
    std::string message = reason ? reason->message
                                 : fmt::format("{} does not lead to the loss, and another {} does",
                                               node.text(), node.op->id);
    message += behind == 0   ? ": it is left out"
               : behind == 1 ? ": it is left out, and the node behind it"
                             : fmt::format(": it is left out, and {} nodes behind it", behind);
    return {"U16",
            std::move(message),
            {.node = node.id, .field = reason ? reason->place.field : "", .file = {}, .line = 0},
            "The loss does not need it: the rest trains as if it were not there.",
            "Connect it to what leads to the loss, or delete it."};
}

Graph without(const Graph& graph, const Marks& strays) {
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    for (size_t i = 0; i < graph.nodes().size(); ++i)
        if (!strays[i]) nodes.push_back(graph.nodes()[i]);
    // What a stray feeds is a stray.
    for (const Edge& edge : graph.edges())
        if (!strays[static_cast<size_t>(graph.indexOf(edge.to.node))]) edges.push_back(edge);
    std::vector<Parameter> parameters;
    for (const auto& [id, parameter] : graph.parameters()) parameters.push_back(parameter);
    auto made = Graph::fromParts(std::move(nodes), std::move(edges), std::move(parameters));
    Graph rest = std::move(made).value();
    // What a stray owns and others share is there without it. One too many is told at its node.
    std::set<std::string, std::less<>> gone;
    for (size_t i = 0; i < graph.nodes().size(); ++i)
        if (strays[i]) gone.insert(graph.nodes()[i].id);
    for (Parameter& entry : entriesLeftBy(graph, gone))
        static_cast<void>(rest.putParameter(entry.id, entry));
    return rest;
}

}  // namespace

std::vector<bool> straysOf(const Graph& graph, const Wiring& wiring, const ShapeReport& shapes) {
    return Strays(graph, wiring, shapes).find();
}

std::vector<bool> countedNodes(const Graph& graph, const Wiring& wiring,
                               const ShapeReport& shapes) {
    return Strays(graph, wiring, shapes).counted();
}

std::vector<Error> strayWarnings(const Graph& graph, const Wiring& wiring,
                                 const ShapeReport& shapes) {
    std::vector<Error> warnings;
    const Marks strays = straysOf(graph, wiring, shapes);
    const auto followers = followersOf(wiring);
    std::map<std::string_view, const Error*> reasons;
    for (const Error& error : shapes.errors) reasons[error.place.node] = &error;
    for (size_t i = 0; i < strays.size(); ++i) {
        if (!strays[i]) continue;
        const Node& node = graph.nodes()[i];
        const auto found = reasons.find(node.id);
        const Error* reason = found == reasons.end() ? nullptr : found->second;
        if (reason || isInput(node))
            warnings.push_back(strayWarning(node, reason, countBehind(followers, i)));
    }
    return warnings;
}

TrainedPart::TrainedPart(const Graph& graph, const ShapeOptions& options)
    : m_graph(graph), m_wiring(wiringOf(graph)), m_shapes(shapesOf(graph, m_wiring, options)) {
    const Marks strays = straysOf(graph, m_wiring, m_shapes);
    if (std::find(strays.begin(), strays.end(), true) == strays.end()) return;
    m_warnings = strayWarnings(graph, m_wiring, m_shapes);
    m_rest = without(graph, strays);
    m_wiring = wiringOf(*m_rest);
    m_shapes = shapesOf(*m_rest, m_wiring, options);
}

}  // namespace vitrine
