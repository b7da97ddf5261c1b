// SPDX-License-Identifier: GPL-3.0-or-later
// NodeLook: what the canvas shows of a node, as a value. Needs no window.
#pragma once

#include <QString>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/graph/shapes.h"

namespace vitrine::gui {

/// A port as a dot on the node.
struct PortLook {
    std::string id;
    QString title;
    bool isOfIndices = false;  ///< class numbers or positions
    bool isConnected = false;
    bool operator==(const PortLook&) const = default;
};

struct NodeLook {
    std::string id;
    QString title;
    QString op;       ///< `Convolution 2D`, `Convolution 2D · frozen`
    QString summary;  ///< `16 · 5×5`, the fields that tell such nodes apart; may be empty
    std::string category;
    std::vector<PortLook> inputs, outputs;
    QString trouble;      ///< the whole sentence; empty: none
    QString foundWanted;  ///< the same without the node's name, for the line under the node
    bool operator==(const NodeLook&) const = default;
};

/// Looks of some nodes of a graph. Knows which edges begin and end at them, so that all looks
/// together take time in proportion to the graph. Graph and report must outlive it.
class NodeLooks {
  public:
    NodeLooks(const Graph& graph, const ShapeReport& report,
              const std::set<std::string, std::less<>>& nodes);
    NodeLook of(const Node& node) const;
    /// For screen readers: name, operator, output, connections, error.
    QString spokenOf(const Node& node) const;

  private:
    struct Links {
        std::vector<const Edge*> in, out;
    };
    /// Ports that take an edge and are shown: all that must be connected, optional ones that are,
    /// and the first optional one that is free.
    std::vector<PortLook> inputsOf(const Node& node, const Links& links) const;
    std::vector<PortLook> outputsOf(const Node& node, const Links& links) const;

    const Graph& m_graph;
    const ShapeReport& m_report;
    std::map<std::string, Links, std::less<>> m_links;
};

/// The parameters that matter at a glance: `16 · 5×5 · stride 2`. Defaults of stride, padding and
/// the like are left out.
QString summaryOf(const Node& node);

/// `N × 6 × 28 × 28`, or nothing where the shape is not known.
QString outputShapeText(const Graph& graph, const ShapeReport& report, const PortRef& port);

QString titleOf(const Node& node);

/// An error's sentence without the node's name in front, for words that stand at the node.
QString sentenceAt(const Error& error, const Graph& graph);

}  // namespace vitrine::gui
