// SPDX-License-Identifier: GPL-3.0-or-later
// Items follow the document by a diff over ids.
#include "gui/graph_editor/graph_scene.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>

#include "gui/bridge/selection.h"
#include "gui/graph_editor/canvas_style.h"
#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

std::string keyOf(const Edge& edge) { return edge.from.text() + ">" + edge.to.text(); }

/// Deletes items whose key is not in `wanted`.
template <class Map, class Wanted>
void dropOthers(Map& items, const Wanted& wanted) {
    std::erase_if(items, [&](const auto& entry) {
        if (wanted(entry.first)) return false;
        delete entry.second;
        return true;
    });
}

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
        for (const auto& [key, item] : m_edges) item->restyle();
        m_spareTime.start(0);
        update();
    });
    connect(&m_spareTime, &QTimer::timeout, this, &GraphScene::prepareSome);
    sync();
}

GraphScene::~GraphScene() = default;

void GraphScene::sync() {
    syncNodes();
    syncEdges();
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
    for (const auto& [key, item] : m_edges)
        if (item->prepareWords() && clock.elapsed() >= sliceMs) return;
    m_spareTime.stop();
}

void GraphScene::syncNodes() {
    const Graph& graph = m_document.graph();
    dropOthers(m_nodes, [&](const std::string& id) { return graph.find(id) != nullptr; });
    const NodeLooks looks(graph, m_document.shapes());
    for (const Node& node : graph.nodes()) {
        NodeItem*& item = m_nodes[node.id];
        if (!item) addItem(item = new NodeItem(m_style));
        item->setLook(looks.of(node));
        item->setPos(toPoint(node.position));
    }
    if (!node(m_focusNode)) m_focusNode.clear();
}

void GraphScene::syncEdges() {
    const Graph& graph = m_document.graph();
    std::set<std::string> wanted;
    for (const Edge& edge : graph.edges()) wanted.insert(keyOf(edge));
    dropOthers(m_edges, [&](const std::string& key) { return wanted.contains(key); });
    std::set<std::string> told;  // side by side, the same words would stand on each other
    for (const Edge& edge : graph.edges()) {
        EdgeItem*& item = m_edges[keyOf(edge)];
        if (!item) addItem(item = new EdgeItem(m_style, edge));
        const bool isFirst = told.insert(edge.from.text() + " " + edge.to.node).second;
        item->setShapeText(outputShapeText(graph, m_document.shapes(), edge.from), isFirst);
    }
    if (m_selectedEdge && !edge(*m_selectedEdge)) m_selectedEdge.reset();
    m_highlightedEdge.reset();
    refreshHighlights();
    routeEdges();
}

void GraphScene::routeEdges(const QStringList& touched) {
    std::vector<QRectF> bodies;
    for (const auto& [id, item] : m_nodes) bodies.push_back(item->sceneBody());
    const auto isTouched = [&](const std::string& id) {
        return touched.isEmpty() || touched.contains(QString::fromStdString(id));
    };
    for (const auto& [key, item] : m_edges) {
        if (!isTouched(item->edge().from.node) && !isTouched(item->edge().to.node)) continue;
        const NodeItem *from = node(item->edge().from.node), *to = node(item->edge().to.node);
        const auto start = from->outputPoint(std::string_view(item->edge().from.port));
        const auto end = to->inputPoint(std::string_view(item->edge().to.port));
        if (start && end) item->setRoute(routeBetween(*start, *end, bodies));
    }
}

void GraphScene::syncMarks() {
    for (const auto& [id, item] : m_nodes)
        item->setMarks({.isSelected = m_selection.has(id),
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

QRectF GraphScene::contentRect() const {
    QRectF rect;
    for (const auto& [id, item] : m_nodes) rect |= item->boundingRect().translated(item->pos());
    return rect;
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
    routeEdges(nodes);
}

void GraphScene::endShift() {
    for (const Node& node : m_document.graph().nodes())
        m_nodes[node.id]->setPos(toPoint(node.position));
    routeEdges();
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
    for (const auto& [key, item] : m_edges) item->setHighlighted(isHighlighted(item->edge()));
}

}  // namespace vitrine::gui
