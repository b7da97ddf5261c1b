// SPDX-License-Identifier: GPL-3.0-or-later
// Items follow the document by a diff over ids.
#include "gui/graph_editor/graph_scene.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

std::string keyOf(const Edge& edge) { return edge.from.text() + ">" + edge.to.text(); }

double lengthOf(const QPointF& gap) { return std::hypot(gap.x(), gap.y()); }

}  // namespace

GraphScene::GraphScene(Document& document, Selection& selection, CanvasStyle& style,
                       QObject* parent)
    : QGraphicsScene(parent), m_document(document), m_selection(selection), m_style(style) {
    connect(&document, &Document::graphChanged, this, &GraphScene::sync);
    connect(&document, &Document::nodeRenamed, this,
            [this](const QString& from, const QString& to) {
                if (m_focusNode == from.toStdString()) m_focusNode = to.toStdString();
            });
    connect(&selection, &Selection::changed, this, [this] {
        if (!m_selection.nodes().isEmpty()) selectEdge(std::nullopt);
        syncMarks();
    });
    connect(&style, &CanvasStyle::changed, this, [this] {
        for (const auto& [id, item] : m_nodes) item->restyle();
        for (EdgeItem* item : m_edgeItems) item->restyle();
        m_spareTime.start(0);
        update();
    });
    connect(&m_spareTime, &QTimer::timeout, this, &GraphScene::prepareSome);
    syncAll();
}

GraphScene::~GraphScene() {
    for (const auto& [key, item] : m_edges) delete item;  // before their labels
}

void GraphScene::sync() {
    const Touched& change = m_document.lastChange();
    if (change.isWhole) return syncAll();
    // Qt's index takes an item out and in again for each move: dearer than a new index.
    constexpr size_t many = 100;
    const bool isMuch = change.nodes.size() >= many;
    if (isMuch) setItemIndexMethod(NoIndex);
    syncNodes(change.nodes);
    reshape(m_document.reshaped());
    syncEdges(change.nodes, change.changesWiring);
    if (isMuch) setItemIndexMethod(BspTreeIndex);
    setSceneRect(contentRect());
    m_spareTime.start(0);
    synced();
}

void GraphScene::syncAll() {
    NodeIds all;
    for (const auto& [id, item] : m_nodes) all.insert(id);
    for (const Node& node : m_document.graph().nodes()) all.insert(node.id);
    syncNodes(all);
    syncEdges(all, true);
    syncMarks();
    setSceneRect(contentRect());
    m_spareTime.start(0);
    synced();
}

void GraphScene::prepareSome() {
    constexpr int sliceMs = 3;
    QElapsedTimer clock;
    clock.start();
    for (const auto& [id, item] : m_nodes)
        if (item->prepareWords() && clock.elapsed() >= sliceMs) return;
    for (EdgeItem* item : m_edgeItems)
        if (item->prepareWords() && clock.elapsed() >= sliceMs) return;
    m_spareTime.stop();
}

void GraphScene::syncNodes(const NodeIds& touched) {
    const Graph& graph = m_document.graph();
    const NodeLooks looks(graph, m_document.shapes(), touched);
    m_passed.clear();
    for (const std::string& id : touched) {
        if (const Node* node = graph.find(id)) {
            syncNode(*node, looks);
        } else if (const auto item = m_nodes.find(id); item != m_nodes.end()) {
            m_passed.push_back(m_bodies.extract(id).mapped());
            delete item->second;
            m_nodes.erase(item);
        }
    }
    if (!m_passed.empty()) contentChanged();
    if (!node(m_focusNode)) m_focusNode.clear();
}

void GraphScene::reshape(const std::vector<std::string>& nodes) {
    if (nodes.empty()) return;
    std::unordered_map<std::string_view, const Error*> errors;
    for (const Error& error : m_document.shapes().errors) errors[error.place.node] = &error;
    m_marked.clear();
    for (const std::string& id : nodes) {
        NodeItem* item = node(id);
        if (!item) continue;
        m_marked.insert(item);
        const auto found = errors.find(id);
        const bool isBad = found != errors.end();
        if (!isBad && item->look().trouble.isEmpty()) continue;
        if (isBad == item->look().trouble.isEmpty()) contentChanged();
        item->setTrouble(isBad ? QString::fromStdString(found->second->message) : QString(),
                         isBad ? sentenceAt(*found->second, m_document.graph()) : QString());
    }
    for (EdgeItem* edge : m_edgeItems)
        if (m_marked.contains(edge->fromNode())) edge->shapeChanged();
}

void GraphScene::syncNode(const Node& node, const NodeLooks& looks) {
    NodeItem*& item = m_nodes[node.id];
    const bool isNew = !item;
    if (isNew) addItem(item = new NodeItem(m_style));
    NodeLook look = looks.of(node);
    if (look.trouble.isEmpty() != item->look().trouble.isEmpty()) contentChanged();
    item->setLook(std::move(look));
    item->setPos(toPoint(node.position));
    if (isNew) syncMarksOf(node.id, *item);
    const QRectF body = item->sceneBody();
    QRectF& before = m_bodies[node.id];
    if (!isNew && before == body) return;
    if (!isNew) m_passed.push_back(before);
    m_passed.push_back(body);
    before = body;
}

void GraphScene::mark(const NodeIds& nodes) {
    m_marked.clear();
    for (const std::string& id : nodes)
        if (const NodeItem* item = node(id)) m_marked.insert(item);
}

bool GraphScene::isAtMarked(const EdgeItem& edge) const {
    return m_marked.contains(edge.fromNode()) || m_marked.contains(edge.toNode());
}

void GraphScene::syncEdges(const NodeIds& touched, bool areOthers) {
    if (areOthers) makeEdges(touched);
    mark(touched);
    for (EdgeItem* edge : m_edgeItems)
        if (m_marked.contains(edge->fromNode())) edge->shapeChanged();
    if (m_selectedEdge || m_highlightedEdge) {
        if (m_selectedEdge && !edge(*m_selectedEdge)) m_selectedEdge.reset();
        m_highlightedEdge.reset();
        refreshHighlights();
    }
    routeEdges(touched, m_passed);
}

void GraphScene::makeEdges(const NodeIds& touched) {
    const Graph& graph = m_document.graph();
    const auto isAtTouched = [&](const Edge& edge) {
        return touched.contains(edge.from.node) || touched.contains(edge.to.node);
    };
    std::set<std::string> wanted, told;  // side by side, the same words would stand on each other
    for (const Edge& edge : graph.edges()) {
        if (!isAtTouched(edge)) continue;
        const std::string key = keyOf(edge);
        EdgeItem*& item = m_edges[key];
        if (!item) {
            item = new EdgeItem(m_style, edge, [this, from = edge.from] {
                return outputShapeText(m_document.graph(), m_document.shapes(), from);
            });
            addItem(item);
        }
        item->setEnds(*node(edge.from.node), *node(edge.to.node));
        item->setLabelled(told.insert(edge.from.text() + " " + edge.to.node).second);
        wanted.insert(key);
    }
    std::erase_if(m_edges, [&](const auto& entry) {
        if (wanted.contains(entry.first) || !isAtTouched(entry.second->edge())) return false;
        delete entry.second;
        return true;
    });
    m_edgeItems.clear();
    for (const auto& [key, item] : m_edges) m_edgeItems.push_back(item);
}

void GraphScene::routeEdges(const NodeIds& touched, const std::vector<QRectF>& passed) {
    mark(touched);
    std::vector<QRectF> bodies;
    for (EdgeItem* item : m_edgeItems) {
        if (!isAtMarked(*item) && !mayChange(item->route(), passed)) continue;
        const Edge& edge = item->edge();
        const auto start = item->fromNode()->outputPoint(std::string_view(edge.from.port));
        const auto end = item->toNode()->inputPoint(std::string_view(edge.to.port));
        if (!start || !end) continue;
        const bool isElsewhere = item->route().from != *start || item->route().to != *end;
        if (!isElsewhere && !mayChange(item->route(), passed)) continue;
        if (bodies.empty())
            for (const auto& [id, body] : m_nodes) bodies.push_back(body->sceneBody());
        item->setRoute(routeBetween(*start, *end, bodies));
    }
}

void GraphScene::syncMarks() {
    for (const auto& [id, item] : m_nodes) syncMarksOf(id, *item);
}

void GraphScene::syncMarksOf(const std::string& id, NodeItem& item) {
    item.setMarks({.isSelected = m_selection.has(id),
                   .isFocused = m_focusVisible && id == m_focusNode,
                   .stopsForward = m_runMarks.stopsForward.contains(id),
                   .stopsBackward = m_runMarks.stopsBackward.contains(id),
                   .isCurrent = m_runMarks.current.contains(id)});
}

NodeItem* GraphScene::node(std::string_view id) const {
    const auto found = m_nodes.find(id);
    return found == m_nodes.end() ? nullptr : found->second;
}

EdgeItem* GraphScene::edge(const Edge& edge) const {
    const auto found = m_edges.find(keyOf(edge));
    return found == m_edges.end() ? nullptr : found->second;
}

NodeItem* GraphScene::nodeAt(const QPointF& point) const {
    for (QGraphicsItem* item : items(point))
        if (auto* node = qgraphicsitem_cast<NodeItem*>(item)) return node;
    return nullptr;
}

EdgeItem* GraphScene::edgeAt(const QPointF& point, double radius) const {
    EdgeItem* nearest = nullptr;
    double least = radius;
    const QRectF around(point - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius));
    for (QGraphicsItem* item : items(around, Qt::IntersectsItemBoundingRect)) {
        auto* edge = qgraphicsitem_cast<EdgeItem*>(item);
        if (!edge) continue;
        if (const double distance = edge->distanceTo(point); distance <= least)
            least = distance, nearest = edge;
    }
    return nearest;
}

std::optional<PortHit> GraphScene::portAt(const QPointF& point, double radius,
                                          PortSide side) const {
    std::optional<PortHit> nearest;
    double least = radius;
    const auto consider = [&](const std::string& id, const PortLook& port, bool isInput,
                              const QPointF& place) {
        const double distance = lengthOf(place - point);
        if (distance > least) return;
        least = distance;
        nearest = PortHit{{id, port.id}, isInput, place};
    };
    for (const auto& [id, item] : m_nodes) {
        if (!item->sceneBody().adjusted(-radius, -radius, radius, radius).contains(point)) continue;
        const NodeLook& look = item->look();
        for (size_t i = 0; i < look.inputs.size() && side != PortSide::Outputs; ++i)
            consider(id, look.inputs[i], true, item->inputPoint(i));
        for (size_t i = 0; i < look.outputs.size() && side != PortSide::Inputs; ++i)
            consider(id, look.outputs[i], false, item->outputPoint(i));
    }
    return nearest;
}

std::optional<PortHit> GraphScene::placeOf(const PortRef& port, bool isInput) const {
    const NodeItem* item = node(port.node);
    if (!item) return std::nullopt;
    const std::string_view id = port.port;
    const auto place = isInput ? item->inputPoint(id) : item->outputPoint(id);
    return place ? std::optional(PortHit{port, isInput, *place}) : std::nullopt;
}

const QRectF& GraphScene::contentRect() const {
    if (m_content) return *m_content;
    QRectF rect;
    for (const auto& [id, item] : m_nodes) rect |= item->boundingRect().translated(item->pos());
    return m_content.emplace(rect);
}

QString GraphScene::spokenOf(const std::string& id) const {
    const Node* node = m_document.graph().find(id);
    if (!node) return {};
    return NodeLooks(m_document.graph(), m_document.shapes(), {id}).spokenOf(*node);
}

QRectF GraphScene::rectOf(const QStringList& nodes) const {
    QRectF rect;
    for (const QString& id : nodes)
        if (const NodeItem* item = node(id.toStdString()))
            rect |= item->boundingRect().translated(item->pos());
    return rect;
}

void GraphScene::shiftNodes(const QStringList& nodes, const QPointF& by) {
    for (const QString& id : nodes)
        if (NodeItem* item = node(id.toStdString()))
            if (const Node* at = m_document.graph().find(id.toStdString()))
                item->setPos(toPoint(at->position) + by);
    contentChanged();
    NodeIds shifted;
    for (const QString& id : nodes) shifted.insert(id.toStdString());
    routeEdges(shifted, {});
}

void GraphScene::endShift() {
    contentChanged();
    NodeIds shifted;
    for (const Node& node : m_document.graph().nodes()) {
        NodeItem* item = m_nodes[node.id];
        if (item->pos() == toPoint(node.position)) continue;
        item->setPos(toPoint(node.position));
        shifted.insert(node.id);
    }
    routeEdges(shifted, {});
}

void GraphScene::setRunMarks(const RunMarks& marks) {
    if (marks == m_runMarks) return;
    m_runMarks = marks;
    syncMarks();
}

void GraphScene::setFocusNode(const std::string& id) {
    m_focusNode = id;
    syncMarks();
}

void GraphScene::setFocusVisible(bool on) {
    m_focusVisible = on;
    syncMarks();
}

void GraphScene::selectEdge(const std::optional<Edge>& edge) {
    m_selectedEdge = edge;
    refreshHighlights();
}

void GraphScene::highlightEdge(const std::optional<Edge>& edge) {
    if (edge == m_highlightedEdge) return;
    m_highlightedEdge = edge;
    refreshHighlights();
}

bool GraphScene::isHighlighted(const Edge& edge) const {
    return m_selectedEdge == edge || m_highlightedEdge == edge;
}

void GraphScene::refreshHighlights() {
    for (EdgeItem* item : m_edgeItems) item->setHighlighted(isHighlighted(item->edge()));
}

}  // namespace vitrine::gui
