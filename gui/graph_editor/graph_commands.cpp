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
#include "gui/graph_editor/room.h"
#include "gui/graph_editor/stand_in.h"
#include "gui/models/count_words.h"

namespace vitrine::gui {

namespace {

void append(Transaction& transaction, Transaction more) {
    std::move(more.begin(), more.end(), std::back_inserter(transaction));
}

QPointF placeOf(const Graph& graph, const std::string& node) {
    return toPoint(graph.find(node)->position);
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

QPointF GraphCommands::freePlace(const QPointF& wanted) const {
    const QRectF rect(snapped(wanted), QSizeF(nodeWidth, nodeHeight));
    return rect.topLeft() + freeShift(graph(), rect);
}

Result<QString> GraphCommands::add(const NewNode& wish, QString* whyNotWired) {
    const std::string op = wish.op.toStdString();
    auto node = makeNode(FreshNames(graph()).forOperator(op), op);
    if (!node) return node.error();
    const std::string id = node->id;
    Graph trial = graph();
    VITRINE_TRY(trial.insertNode(*node, edit::atEnd));
    Plan plan = planOf(trial, *node, wish);
    if (whyNotWired) *whyNotWired = plan.whyNotWired;
    node->position = toPosition(snapped(plan.place));
    plan.wires.insert(plan.wires.begin(), edit::InsertNode{std::move(node).value()});
    const QString name = QString::fromStdString(id);
    VITRINE_TRY(m_document.edit(tr("Add %1").arg(name), withRoom(graph(), plan.wires, {id})));
    m_selection.selectNodes({name});
    return name;
}

GraphCommands::Plan GraphCommands::planOf(const Graph& trial, const Node& node,
                                          const NewNode& wish) const {
    if (wish.into) return planInto(trial, node, *wish.into, placeOn(*wish.into, wish.position));
    if (wish.end) {
        const auto edge = edgeBetween(trial, *wish.end, node.id);
        if (!edge)
            return {{}, freePlace(wish.position), QString::fromStdString(edge.error().message)};
        return {connection(trial, *edge), freePlace(wish.position)};
    }
    const std::string beside = wish.beside.toStdString();
    if (trial.find(beside)) return planBeside(trial, node, beside);
    return {suggestion(trial, node, {}), freePlace(wish.position)};
}

QPointF GraphCommands::placeOn(const Edge& edge, const QPointF& wanted) const {
    if (!goesDown(graph(), edge)) return freePlace(wanted);
    return {placeOf(graph(), edge.to.node).x(), placeOf(graph(), edge.from.node).y() + rowPitch};
}

QPointF GraphCommands::placeApart(const QPointF& from) const {
    for (const double across : {columnPitch, -columnPitch}) {
        const QRectF place(from + QPointF(across, rowPitch), QSizeF(nodeWidth, nodeHeight));
        if (freeShift(graph(), place).isNull()) return place.topLeft();
    }
    return freePlace(from + QPointF(columnPitch, rowPitch));
}

GraphCommands::Plan GraphCommands::planInto(const Graph& trial, const Node& node, const Edge& edge,
                                            const QPointF& place) const {
    auto insertion = insertionOf(trial, node.id, edge);
    if (!insertion)
        return {{}, freePlace(place), QString::fromStdString(insertion.error().message)};
    append(*insertion, roomInto(graph(), edge, place));
    return {std::move(*insertion), place};
}

GraphCommands::Plan GraphCommands::planBeside(const Graph& trial, const Node& node,
                                              const std::string& beside) const {
    const QPointF from = placeOf(trial, beside), below = from + QPointF(0, rowPitch);
    Plan plan{{}, below};
    if (node.op->inputs.empty()) {
        plan.place = from + QPointF(columnPitch, -rowPitch);
    } else if (const auto onwards = edgeOnwards(trial, beside)) {
        plan = planInto(trial, node, *onwards, below);
        if (!plan.wires.empty()) return plan;
        plan.place = placeApart(from);
    }
    QString why;
    plan.wires = suggestion(trial, node, beside, &why);
    if (plan.whyNotWired.isEmpty()) plan.whyNotWired = why;
    return plan;
}

Transaction GraphCommands::suggestion(const Graph& trial, const Node& node,
                                      const std::string& beside, QString* whyNotWired) const {
    Transaction wires;
    std::optional<Error> refused;
    for (const Edge& edge : suggestedEdges(trial, node.id, beside, &refused))
        wires.push_back(edit::InsertEdge{edge});
    if (refused && whyNotWired) *whyNotWired = QString::fromStdString(refused->message);
    return wires;
}

Result<void> GraphCommands::insert(const QString& node, const Edge& edge, const QPointF& by) {
    const std::string id = node.toStdString();
    auto transaction = insertionOf(graph(), id, edge);
    if (!transaction) return transaction.error();
    QPointF place = snapped(placeOf(graph(), id) + by);
    // Where it was dropped, but not on what feeds it.
    if (goesDown(graph(), edge))
        place.setY(std::max(place.y(), placeOf(graph(), edge.from.node).y() + rowPitch));
    transaction->push_back(edit::Move{id, toPosition(place)});
    append(*transaction, roomInto(graph(), edge, place));
    return m_document.edit(tr("Insert %1").arg(node),
                           withRoom(graph(), std::move(*transaction), {id}));
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
    QRectF rect;
    for (const Node& node : part.nodes()) rect |= nodeRect(node);
    rect.translate(snapped(offset));
    const Paste paste = pasteOf(graph(), part, snapped(offset) + freeShift(graph(), rect));
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
                     QPointF(columnPitch, 0));
}

Result<void> GraphCommands::bypassSelected() {
    const QString node = m_selection.nodes().value(0);
    const auto bypass = bypassOf(graph(), node.toStdString());
    if (!bypass) return bypass.error();
    return m_document.edit(tr("Bypass %1").arg(node), *bypass);
}

Result<QString> GraphCommands::replace(const QString& node, const QString& op,
                                       QString* whatIsLost) {
    const auto standIn = standInOf(graph(), node.toStdString(), op.toStdString());
    if (!standIn) return standIn.error();
    VITRINE_TRY(m_document.edit(tr("Replace %1").arg(node), standIn->edits));
    QStringList lost;
    if (standIn->lost > 0)
        lost << countWords(standIn->lost, tr("1 wire has no port there"),
                           tr("%1 wires have no port there"));
    if (standIn->lostWeights > 0)
        lost << countWords(standIn->lostWeights, tr("1 of its weights fits nothing there"),
                           tr("%1 of its weights fit nothing there"));
    if (whatIsLost) *whatIsLost = lost.join(QStringLiteral("; "));
    const QString id = QString::fromStdString(standIn->node);
    m_selection.selectNodes({id});
    return id;
}

std::vector<std::string> GraphCommands::selectedIds() const {
    std::vector<std::string> nodes;
    for (const QString& node : m_selection.nodes()) nodes.push_back(node.toStdString());
    return nodes;
}

/// Where some are kept, all are made again from now on.
Result<void> GraphCommands::toggleRecompute() {
    const std::vector<std::string> nodes = selectedIds();
    Transaction transaction = makingAgain(graph(), nodes, true);
    const bool isAgain = !transaction.empty();
    if (!isAgain) transaction = makingAgain(graph(), nodes, false);
    if (transaction.empty()) return {};
    return m_document.edit(isAgain ? tr("Recompute nodes") : tr("Keep nodes"), transaction);
}

Result<void> GraphCommands::freezeSelected(bool frozen) {
    const Transaction transaction = freezing(graph(), selectedIds(), frozen);
    if (transaction.empty())
        return Error{"P10",
                     (frozen ? tr("The selected nodes have no weights to freeze.")
                             : tr("The selected nodes have no frozen weights."))
                         .toStdString(),
                     {},
                     {},
                     {}};
    return m_document.edit(frozen ? tr("Freeze weights") : tr("Train weights"), transaction);
}

Result<void> GraphCommands::layOut(const Transaction& moves) {
    if (moves.empty()) return {};
    std::set<std::string> placed;
    for (const Edit& change : moves)
        if (const auto* move = std::get_if<edit::Move>(&change)) placed.insert(move->node);
    return m_document.edit(tr("Lay out"), withRoom(graph(), moves, placed));
}

}  // namespace vitrine::gui
