// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of graphs, their text, and fresh ids for copies.
#include "gui/graph_editor/clipboard.h"

#include <QMimeData>
#include <QRectF>

#include <functional>
#include <map>

#include "core/session/fragment.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_naming.h"

namespace vitrine::gui {

namespace {

const QString mimeType = QStringLiteral("application/x-vitrine-nodes");

using Names = std::map<std::string, std::string>;

/// `conv1.weight` of a copied conv1 is its copy's.
std::string renamedParameter(const std::string& parameter, const Names& names) {
    const size_t dot = parameter.find('.');
    const auto owner = names.find(parameter.substr(0, dot));
    const bool isOwned = dot != std::string::npos && owner != names.end();
    return isOwned ? owner->second + parameter.substr(dot) : parameter;
}

/// Entries of what the nodes of a part own or use.
std::vector<Parameter> parametersOf(const Graph& graph,
                                    const std::function<bool(const std::string&)>& has) {
    std::vector<Parameter> parameters;
    for (const auto& [id, parameter] : graph.parameters()) {
        const auto uses = [&](const Node& node) {
            return has(node.id) && std::ranges::any_of(node.parameters, [&](const auto& reference) {
                       return reference.second == id;
                   });
        };
        if (has(id.substr(0, id.find('.'))) || std::ranges::any_of(graph.nodes(), uses))
            parameters.push_back(parameter);
    }
    return parameters;
}

/// Their entries for the copies. One that no node owns and that is there already is shared.
void addParameters(const Graph& into, const Graph& part, const Names& names,
                   Transaction& transaction) {
    for (const auto& [id, parameter] : part.parameters()) {
        Parameter copy = parameter;
        copy.id = renamedParameter(id, names);
        if (!into.findParameter(copy.id)) transaction.push_back(edit::PutParameter{copy.id, copy});
    }
}

}  // namespace

Graph partOf(const Graph& graph, const QStringList& nodes) {
    const std::set<QString> wanted(nodes.begin(), nodes.end());
    const auto has = [&](const std::string& id) {
        return wanted.contains(QString::fromStdString(id));
    };
    std::vector<Node> kept;
    std::vector<Edge> edges;
    for (const Node& node : graph.nodes())
        if (has(node.id)) kept.push_back(node);
    for (const Edge& edge : graph.edges())
        if (has(edge.from.node) && has(edge.to.node)) edges.push_back(edge);
    auto part = Graph::fromParts(std::move(kept), std::move(edges), parametersOf(graph, has));
    VITRINE_CHECK(part.ok(), "a part of a valid graph is valid");
    return std::move(part).value();
}

std::unique_ptr<QMimeData> toMime(const Graph& part) {
    auto data = std::make_unique<QMimeData>();
    const QByteArray text = QByteArray::fromStdString(fragmentText(part));
    data->setData(mimeType, text);
    data->setText(QString::fromUtf8(text));
    return data;
}

Result<Graph> fromMime(const QMimeData& data) {
    const QByteArray text = data.hasFormat(mimeType) ? data.data(mimeType) : data.text().toUtf8();
    return fragmentFromText(text.toStdString());
}

Paste pasteOf(const Graph& into, const Graph& part, const QPointF& offset) {
    FreshNames fresh(into);
    Names names;
    for (const Node& node : part.nodes()) names[node.id] = fresh.forSameAs(node.id);
    Paste paste;
    for (Node node : part.nodes()) {
        node.id = names[node.id];
        node.key.clear();  // a copy is a node of its own
        node.position = toPosition(toPoint(node.position) + offset);
        for (auto& [port, parameter] : node.parameters)
            parameter = renamedParameter(parameter, names);
        paste.nodes << QString::fromStdString(node.id);
        paste.transaction.push_back(edit::InsertNode{std::move(node)});
    }
    addParameters(into, part, names, paste.transaction);
    for (Edge edge : part.edges()) {
        edge.from.node = names[edge.from.node];
        edge.to.node = names[edge.to.node];
        paste.transaction.push_back(edit::InsertEdge{std::move(edge)});
    }
    return paste;
}

QPointF middleOf(const Graph& part) {
    QRectF rect;
    for (const Node& node : part.nodes()) rect |= nodeRect(node);
    return rect.center();
}

}  // namespace vitrine::gui
