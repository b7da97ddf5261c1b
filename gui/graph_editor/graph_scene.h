// SPDX-License-Identifier: GPL-3.0-or-later
// GraphScene: one item for each node and edge of the document, and what is under a point. It only
// shows: the document and the selection are changed elsewhere, and the scene follows.
#pragma once

#include <QGraphicsScene>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "gui/document/document.h"
#include "gui/graph_editor/edge_item.h"
#include "gui/graph_editor/node_item.h"
#include "gui/graph_editor/run_marks.h"

namespace vitrine::gui {

class Selection;

enum class PortSide : uint8_t { Inputs, Outputs, Both };

/// A port with its side and place.
struct PortHit {
    PortRef port;
    bool isInput = false;
    QPointF point;
};

class GraphScene : public QGraphicsScene {
    Q_OBJECT
  public:
    GraphScene(Document& document, Selection& selection, CanvasStyle& style,
               QObject* parent = nullptr);
    ~GraphScene() override;

    const Document& document() const { return m_document; }
    NodeItem* node(std::string_view id) const;
    EdgeItem* edge(const Edge& edge) const;
    const std::map<std::string, NodeItem*, std::less<>>& nodes() const { return m_nodes; }

    NodeItem* nodeAt(const QPointF& point) const;
    EdgeItem* edgeAt(const QPointF& point, double radius) const;
    /// The nearest port within `radius`.
    std::optional<PortHit> portAt(const QPointF& point, double radius,
                                  PortSide side = PortSide::Both) const;
    std::optional<PortHit> placeOf(const PortRef& port, bool isInput) const;
    /// Of all nodes, with room for what stands around them; null where there are none.
    const QRectF& contentRect() const;
    /// A node in a sentence, for screen readers and the status line; empty where there is none.
    QString spokenOf(const std::string& node) const;
    QRectF rectOf(const QStringList& nodes) const;

    /// Shows nodes away from where the document has them, while they are dragged.
    void shiftNodes(const QStringList& nodes, const QPointF& by);
    /// Back to the document.
    void endShift();

    void setRunMarks(const RunMarks& marks);
    const std::string& focusNode() const { return m_focusNode; }
    void setFocusNode(const std::string& id);
    /// The ring is shown while the keyboard is on the canvas.
    void setFocusVisible(bool on);
    /// Chosen for deletion or insertion; clears with another selection.
    const std::optional<Edge>& selectedEdge() const { return m_selectedEdge; }
    void selectEdge(const std::optional<Edge>& edge);
    void highlightEdge(const std::optional<Edge>& edge);

  Q_SIGNALS:
    /// After the items follow the document again.
    void synced();

  private:
    using NodeIds = std::set<std::string, std::less<>>;

    /// Follows the document's last change.
    void sync();
    void syncAll();
    void syncNode(const Node& node, const NodeLooks& looks);
    void syncNodes(const NodeIds& touched);
    /// Nodes that were not touched, and have other shapes or errors.
    void reshape(const std::vector<std::string>& nodes);
    /// Edges at some nodes come and go; `areOthers` false: none has.
    void syncEdges(const NodeIds& touched, bool areOthers);
    void makeEdges(const NodeIds& touched);
    /// Marks nodes until it is called again.
    void mark(const NodeIds& nodes);
    bool isAtMarked(const EdgeItem& edge) const;
    void syncMarks();
    void syncMarksOf(const std::string& id, NodeItem& item);
    /// Of the edges that begin or end elsewhere at some nodes, and of those that a node in one of
    /// these rectangles may stand in the way of.
    void routeEdges(const NodeIds& touched, const std::vector<QRectF>& passed);
    void contentChanged() { m_content.reset(); }
    bool isHighlighted(const Edge& edge) const;
    void refreshHighlights();
    /// A slice of work that would make a later frame slow.
    void prepareSome();

    Document& m_document;
    Selection& m_selection;
    CanvasStyle& m_style;
    std::map<std::string, NodeItem*, std::less<>> m_nodes;
    std::map<std::string, QRectF> m_bodies;  ///< where the document has them
    std::vector<QRectF> m_passed;  ///< where bodies were or are that came, went or moved just now
    std::map<std::string, EdgeItem*> m_edges;
    std::vector<EdgeItem*> m_edgeItems;  ///< the same
    std::unordered_set<const NodeItem*> m_marked;
    mutable std::optional<QRectF> m_content;
    RunMarks m_runMarks;
    QTimer m_spareTime;
    std::string m_focusNode;
    bool m_focusVisible = false;
    std::optional<Edge> m_selectedEdge, m_highlightedEdge;
};

}  // namespace vitrine::gui
