// SPDX-License-Identifier: GPL-3.0-or-later
// A graph for `dot` with our sizes, and its coordinates back on our grid. Graphviz measures sizes
// in inches, places in points of 1/72 inch, and y upwards.
#include "gui/graph_editor/auto_layout.h"

#include <gvc.h>
#include <gvplugin.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include "core/graph/wiring.h"
#include "gui/graph_editor/clipboard.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/thinned_edges.h"
#include "gui/graph_editor/wrapped_columns.h"

extern "C" gvplugin_library_t gvplugin_dot_layout_LTX_library;

namespace vitrine::gui {

namespace {

constexpr double pointsPerInch = 72;

/// The one plug-in that is needed, linked. Graphviz would look for all of them in a file that it
/// never gives back the memory of.
const lt_symlist_t plugins[] = {
    {"gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library}, {nullptr, nullptr}};
constexpr int noOthers = 0;

/// Graphviz takes text that it may write to.
char* writable(const char* text) { return const_cast<char*>(text); }  // NOLINT

class Dot {
  public:
    Dot()
        : m_context(gvContextPlugins(plugins, noOthers)),
          m_graph(agopen(writable("g"), Agdirected, nullptr)) {
        set(AGRAPH, "rankdir", "TB");
        set(AGRAPH, "nodesep", inches(columnPitch - nodeWidth));
        set(AGRAPH, "ranksep", inches(rowPitch - nodeHeight));
        set(AGRAPH, "splines", "false");
        set(AGNODE, "shape", "box");
        set(AGNODE, "fixedsize", "true");
        set(AGNODE, "label", "");
        set(AGNODE, "width", inches(nodeWidth));
        set(AGNODE, "height", inches(nodeHeight));
    }
    Dot(const Dot&) = delete;
    Dot& operator=(const Dot&) = delete;
    ~Dot() {
        if (m_isLaidOut) gvFreeLayout(m_context, m_graph);
        agclose(m_graph);
        gvFreeContext(m_context);
    }

    void addNode(const std::string& id) { m_nodes[id] = agnode(m_graph, writable(id.c_str()), 1); }
    void addEdge(const std::string& from, const std::string& to) {
        agedge(m_graph, m_nodes.at(from), m_nodes.at(to), nullptr, 1);
    }
    bool layOut() { return m_isLaidOut = gvLayout(m_context, m_graph, "dot") == 0; }
    /// Upper left corner, y downwards.
    QPointF placeOf(const std::string& id) const {
        const pointf middle = ND_coord(m_nodes.at(id));
        return {middle.x - nodeWidth / 2, -middle.y - nodeHeight / 2};
    }

  private:
    static std::string inches(double units) { return std::to_string(units / pointsPerInch); }
    void set(int kind, const char* name, const std::string& value) {
        agattr(m_graph, kind, writable(name), writable(value.c_str()));
    }

    GVC_t* m_context;
    Agraph_t* m_graph;
    std::map<std::string, Agnode_t*> m_nodes;
    bool m_isLaidOut = false;
};

QPointF cornerOf(const std::vector<QPointF>& places) {
    QPointF corner(std::numeric_limits<double>::max(), std::numeric_limits<double>::max());
    for (const QPointF& place : places)
        corner = {std::min(corner.x(), place.x()), std::min(corner.y(), place.y())};
    return corner;
}

}  // namespace

Result<Transaction> autoLayout(const Graph& graph, const QStringList& nodes, const QSizeF& room) {
    const Graph part = nodes.isEmpty() ? graph : partOf(graph, nodes);
    if (part.nodes().empty()) return Transaction{};
    Dot dot;
    // In running order, which does not depend on where nodes stood before.
    const std::vector<int> order = wiringOf(part).order;
    const auto idOf = [&](int index) { return part.nodes()[static_cast<size_t>(index)].id; };
    std::vector<std::pair<int, int>> edges;
    for (const Edge& edge : part.edges())
        edges.emplace_back(part.indexOf(edge.from.node), part.indexOf(edge.to.node));
    if (order.size() == part.nodes().size()) edges = thinnedEdges(std::move(edges), order);
    for (const int index : order) dot.addNode(idOf(index));
    for (const auto& [from, to] : edges) dot.addEdge(idOf(from), idOf(to));
    if (!dot.layOut()) return Error{"L01", "Graphviz could not lay out the graph", {}, {}, {}};

    std::vector<QPointF> before, after;
    for (const Node& node : part.nodes()) {
        before.push_back(toPoint(node.position));
        after.push_back(dot.placeOf(node.id));
    }
    wrapIntoColumns(after, edges, room);
    const QPointF shift = cornerOf(before) - cornerOf(after);
    Transaction moves;
    for (size_t i = 0; i < after.size(); ++i) {
        const Position place = toPosition(snapped(after[i] + shift));
        if (place != part.nodes()[i].position)
            moves.push_back(edit::Move{part.nodes()[i].id, place});
    }
    return moves;
}

}  // namespace vitrine::gui
