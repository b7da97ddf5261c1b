// SPDX-License-Identifier: GPL-3.0-or-later
// A layout of a part, moved beside the rest.
#include "gui/graph_editor/unplaced_nodes.h"

#include <map>

#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

QStringList unplacedIn(const Project& project) {
    QStringList nodes;
    for (const std::string& id : project.unplaced)
        if (project.graph.indexOf(id) >= 0) nodes << QString::fromStdString(id);
    return nodes;
}

Transaction besidePlaced(const Project& project, const Transaction& layout) {
    std::map<std::string, QPointF> places;
    for (const QString& id : unplacedIn(project)) places[id.toStdString()] = {};
    QRectF taken;
    for (const Node& node : project.graph.nodes())
        if (!places.contains(node.id)) taken |= nodeRect(node);
    for (const Edit& edit : layout)
        if (const auto* move = std::get_if<edit::Move>(&edit))
            places[move->node] = toPoint(move->position);

    const QPointF shift =
        taken.isNull() ? QPointF() : taken.topRight() + QPointF(columnPitch - nodeWidth, 0);
    Transaction moves;
    for (const auto& [id, place] : places)
        moves.push_back(edit::Move{id, toPosition(snapped(place + shift))});
    return moves;
}

}  // namespace vitrine::gui
