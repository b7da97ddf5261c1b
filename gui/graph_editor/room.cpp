// SPDX-License-Identifier: GPL-3.0-or-later
// Pushing from node to node.
#include "gui/graph_editor/room.h"

#include <algorithm>
#include <map>
#include <vector>

#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

Transaction withRoom(const Graph& graph, Transaction transaction,
                     const std::set<std::string>& placed) {
    Graph after = graph;
    if (!perform(after, transaction)) return transaction;
    std::map<std::string, QRectF> rects;
    for (const Node& node : after.nodes()) rects[node.id] = nodeRect(node);
    std::vector<std::string> pushing(placed.begin(), placed.end());
    std::set<std::string> moved;
    // What is pushed comes to lie below what pushes it, so this ends.
    for (size_t i = 0; i < pushing.size(); ++i) {
        const auto pusher = rects.find(pushing[i]);
        if (pusher == rects.end()) continue;
        const QRectF rect = pusher->second;
        for (auto& [id, other] : rects) {
            if (id == pushing[i] || placed.contains(id) || !other.intersects(rect)) continue;
            other.moveTop(snapped({0, rect.top() + rowPitch}).y());
            moved.insert(id);
            pushing.push_back(id);
        }
    }
    for (const std::string& id : moved)
        transaction.push_back(edit::Move{id, toPosition(rects[id].topLeft())});
    return transaction;
}

QPointF freeShift(const Graph& graph, const QRectF& rect) {
    const auto isTaken = [&](const QRectF& place) {
        return std::ranges::any_of(
            graph.nodes(), [&](const Node& node) { return nodeRect(node).intersects(place); });
    };
    QPointF shift;
    while (isTaken(rect.translated(shift))) shift += QPointF(columnPitch, 0);
    return shift;
}

}  // namespace vitrine::gui
