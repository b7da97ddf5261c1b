// SPDX-License-Identifier: GPL-3.0-or-later
// Gestures as transactions of the document.
#include "gui/graph_editor/graph_commands.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QRectF>

#include <algorithm>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/clipboard.h"
#include "gui/graph_editor/insert_on_edge.h"
#include "gui/graph_editor/mend.h"
#include "gui/graph_editor/node_geometry.h"
#include "gui/graph_editor/node_naming.h"

namespace vitrine::gui {

namespace {

void append(Transaction& transaction, Transaction more) {
    std::move(more.begin(), more.end(), std::back_inserter(transaction));
}

/// How far an inserted node pushes what stands below its place.
double shortfall(const Graph& graph, const Edge& edge) {
    const Position place = placeOn(graph, edge);
    return place.y + rowPitch - graph.find(edge.to.node)->position.y;
}

}  // namespace

Result<void> GraphCommands::connectPorts(const Edge& edge, const std::optional<Edge>& instead) {
    if (const Edge* present = graph().edgeInto(edge.to); present && *present == edge) return {};
    Transaction transaction = connection(graph(), edge);
    const auto goes = [&](const Edit& change) {
        const auto* erased = std::get_if<edit::EraseEdge>(&change);
        return erased && erased->edge == *instead;
    };
    if (instead && std::ranges::none_of(transaction, goes))
        transaction.insert(transaction.begin(), edit::EraseEdge{*instead});
    return m_document.edit(tr("Connect %1").arg(QString::fromStdString(edge.to.node)), transaction);
}

Result<void> GraphCommands::disconnectPorts(const Edge& edge) {
    return m_document.edit(tr("Disconnect %1").arg(QString::fromStdString(edge.to.node)),
                           {edit::EraseEdge{edge}});
}

QPointF GraphCommands::freePlace(QPointF wanted) const {
    const auto isTaken = [this](const QPointF& corner) {
        const QRectF rect(corner, QSizeF(nodeWidth, nodeHeight));
        return std::ranges::any_of(
            graph().nodes(), [&](const Node& node) { return nodeRect(node).intersects(rect); });
    };
    wanted = snapped(wanted);
    while (isTaken(wanted)) wanted += QPointF(columnPitch, 0);
    return wanted;
}

Result<QString> GraphCommands::add(const NewNode& wish, QString* whyNotWired) {
    const std::string op = wish.op.toStdString();
    auto node = makeNode(FreshNames(graph()).forOperator(op), op);
    if (!node) return node.error();
    const std::string id = node->id;
    Graph trial = graph();
    VITRINE_TRY(trial.insertNode(*node, edit::atEnd));
    Transaction wires = wiringOf(trial, id, wish, whyNotWired);
    node->position = wish.into && !wires.empty() ? placeOn(graph(), *wish.into)
                                                 : toPosition(freePlace(wish.position));
    wires.insert(wires.begin(), edit::InsertNode{std::move(node).value()});
    const QString name = QString::fromStdString(id);
    VITRINE_TRY(m_document.edit(tr("Add %1").arg(name), wires));
    m_selection.selectNodes({name});
    return name;
}

Transaction GraphCommands::wiringOf(const Graph& trial, const std::string& id, const NewNode& wish,
                                    QString* whyNotWired) const {
    const auto refuse = [&](const Error& error) {
        if (whyNotWired) *whyNotWired = QString::fromStdString(error.message);
        return Transaction{};
    };
    if (wish.into) {
        auto insertion = insertionOf(trial, id, *wish.into);
        if (!insertion) return refuse(insertion.error());
        append(*insertion, roomBelow(graph(), graph().find(wish.into->to.node)->position.y,
                                     shortfall(graph(), *wish.into), id));
        return *insertion;
    }
    if (wish.end) {
        const auto edge = edgeBetween(trial, *wish.end, id);
        return edge ? connection(trial, *edge) : refuse(edge.error());
    }
    Transaction wires;
    for (const Edge& edge : suggestedEdges(trial, id, wish.beside.toStdString()))
        wires.push_back(edit::InsertEdge{edge});
    return wires;
}

Result<void> GraphCommands::insert(const QString& node, const Edge& edge, const QPointF& by) {
    const std::string id = node.toStdString();
    auto transaction = insertionOf(graph(), id, edge);
    if (!transaction) return transaction.error();
    const QPointF place = snapped(toPoint(graph().find(id)->position) + by);
    const double top = graph().find(edge.to.node)->position.y;
    transaction->push_back(edit::Move{id, toPosition(place)});
    append(*transaction, roomBelow(graph(), top, place.y() + rowPitch - top, id));
    return m_document.edit(tr("Insert %1").arg(node), *transaction);
}

Result<void> GraphCommands::move(const QStringList& nodes, const QPointF& by,
                                 const QString& mergeKey) {
    Transaction moves;
    for (const QString& id : nodes)
        if (const Node* node = graph().find(id.toStdString()))
            moves.push_back(edit::Move{node->id, toPosition(toPoint(node->position) + by)});
    if (moves.empty() || by.isNull()) return {};
    return m_document.edit(tr("Move"), moves, mergeKey);
}

Result<void> GraphCommands::removeSelected(bool mend) {
    QStringList nodes;
    for (const QString& id : m_selection.nodes())
        if (graph().find(id.toStdString())) nodes << id;
    if (nodes.isEmpty()) return {};
    const QString text = nodes.size() == 1 ? tr("Delete %1").arg(nodes.front())
                                           : tr("Delete %n nodes", nullptr, int(nodes.size()));
    VITRINE_TRY(
        m_document.edit(text, mend ? mendingRemovalOf(graph(), nodes) : removalOf(graph(), nodes)));
    m_selection.selectNodes({});
    return {};
}

void GraphCommands::copySelected() const {
    if (m_selection.nodes().isEmpty()) return;
    QGuiApplication::clipboard()->setMimeData(
        toMime(partOf(graph(), m_selection.nodes())).release());
}

Result<void> GraphCommands::cutSelected() {
    copySelected();
    return removeSelected(false);
}

Result<void> GraphCommands::pastePart(const QString& text, const Graph& part,
                                      const QPointF& offset) {
    const Paste paste = pasteOf(graph(), part, snapped(offset));
    VITRINE_TRY(m_document.edit(text, paste.transaction));
    m_selection.selectNodes(paste.nodes);
    return {};
}

Result<void> GraphCommands::paste(const QPointF& middle) {
    const QMimeData* data = QGuiApplication::clipboard()->mimeData();
    const auto part = data ? fromMime(*data) : Result<Graph>(Graph{});
    if (!part) return part.error();
    if (part->nodes().empty()) return {};
    return pastePart(tr("Paste"), *part, middle - middleOf(*part));
}

Result<void> GraphCommands::duplicateSelected() {
    if (m_selection.nodes().isEmpty()) return {};
    return pastePart(tr("Duplicate"), partOf(graph(), m_selection.nodes()),
                     QPointF(4 * gridStep, 4 * gridStep));
}

Result<void> GraphCommands::layOut(const Transaction& moves) {
    if (moves.empty()) return {};
    return m_document.edit(tr("Lay out"), moves);
}

}  // namespace vitrine::gui
