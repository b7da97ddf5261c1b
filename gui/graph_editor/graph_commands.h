// SPDX-License-Identifier: GPL-3.0-or-later
// GraphCommands: what a person does to the graph on the canvas; each call is one entry of the undo
// list. Needs no window.
#pragma once

#include <QCoreApplication>
#include <QPointF>

#include <optional>

#include "gui/document/document.h"
#include "gui/graph_editor/wiring_suggestion.h"

namespace vitrine::gui {

class Selection;

/// A node to be added, and what it is to be wired to.
struct NewNode {
    QString op;
    QPointF position = {};            ///< upper left corner; put on the grid
    std::optional<PortEnd> end = {};  ///< a drag that ended in empty space
    std::optional<Edge> into = {};    ///< an edge to stand in
    /// A node to go on from; may be empty. The new one stands straight below it and in the edge by
    /// which its chain goes on (see edgeOnwards), or is fed by it. Where it does not fit into that
    /// edge it stands beside, as a branch if its input fits. What has no input stands beside,
    /// above what it feeds. `position` is not looked at then.
    QString beside = {};
};

class GraphCommands {
    Q_DECLARE_TR_FUNCTIONS(GraphCommands)
  public:
    GraphCommands(Document& document, Selection& selection)
        : m_document(document), m_selection(selection) {}

    const Graph& graph() const { return m_document.graph(); }

    /// Replaces what ends at the port; `instead` goes as well (an edge that was dragged off).
    Result<void> connectPorts(const Edge& edge, const std::optional<Edge>& instead = {});
    Result<void> disconnectPorts(const Edge& edge);
    /// Adds, wires where that fits, selects it and gives its id. Where the wiring that was wanted
    /// does not work the node is added without it, and `whyNotWired` says why.
    Result<QString> add(const NewNode& wish, QString* whyNotWired = nullptr);
    /// Puts a node of the graph, moved by `by`, into an edge.
    Result<void> insert(const QString& node, const Edge& edge, const QPointF& by);
    Result<void> move(const QStringList& nodes, const QPointF& by, const QString& mergeKey = {});
    /// The selected nodes; with `mend` their neighbours are joined.
    Result<void> removeSelected(bool mend);

    /// Joins what feeds the selected node with what it feeds. Errors: those of bypassOf.
    Result<void> bypassSelected();
    /// Puts a new node of an operator in the place of one; `whatIsLost` says which wires did not
    /// fit. Selects it and gives its id.
    Result<QString> replace(const QString& node, const QString& op, QString* whatIsLost = nullptr);

    /// Freezes all parameters and statistics of the selected nodes, or thaws them. Errors: "P10"
    /// where there is none to change.
    Result<void> freezeSelected(bool frozen);
    /// Has training steps make again what the selected nodes give; keep it, where all are made
    /// again already.
    Result<void> toggleRecompute();

    void copySelected() const;
    Result<void> cutSelected();
    /// What the clipboard holds, around `middle`; selects it.
    Result<void> paste(const QPointF& middle);
    Result<void> duplicateSelected();
    Result<void> layOut(const Transaction& moves);

  private:
    std::vector<std::string> selectedIds() const;
    Result<void> pastePart(const QString& text, const Graph& part, const QPointF& offset);
    /// Edges of a new node, and where it stands.
    struct Plan {
        Transaction wires;
        QPointF place;
        QString whyNotWired = {};
    };
    Plan planOf(const Graph& trial, const Node& node, const NewNode& wish) const;
    Plan planInto(const Graph& trial, const Node& node, const Edge& edge,
                  const QPointF& place) const;
    Plan planBeside(const Graph& trial, const Node& node, const std::string& beside) const;
    Transaction suggestion(const Graph& trial, const Node& node, const std::string& beside,
                           QString* whyNotWired = nullptr) const;
    QPointF freePlace(const QPointF& wanted) const;
    /// In an edge that goes down, a row below what feeds it, straight above what it leads to; in
    /// one that goes up to another column, where it was wanted.
    QPointF placeOn(const Edge& edge, const QPointF& wanted) const;
    /// Beside the row below a node.
    QPointF placeApart(const QPointF& from) const;

    Document& m_document;
    Selection& m_selection;
};

}  // namespace vitrine::gui
