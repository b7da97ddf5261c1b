// SPDX-License-Identifier: GPL-3.0-or-later
// Pushing from node to node, from the top downwards.
#include "gui/graph_editor/room.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "gui/graph_editor/node_geometry.h"

namespace vitrine::gui {

namespace {

bool isFree(const Graph& graph, const QRectF& place) {
    return std::ranges::none_of(graph.nodes(),
                                [&](const Node& node) { return nodeRect(node).intersects(place); });
}

/// The topmost node that has moved pushes first. What is pushed comes to lie wholly below what
/// pushes it, so nodes push in the order of their heights, none of them for ever.
class Pushing {
  public:
    Pushing(const Graph& before, const Graph& after, const std::set<std::string>& placed) {
        for (const Node& node : after.nodes()) {
            const Node* old = before.find(node.id);
            const QRectF rect = nodeRect(node);
            const bool isPlaced = placed.contains(node.id) || !old;
            m_indices[node.id] = m_all.size();
            m_all.push_back({.rect = rect,
                             .oldTop = old ? old->position.y : rect.top(),
                             .isPlaced = isPlaced,
                             .isSource = node.op->inputs.empty()});
            m_byTop.insert({rect.top(), m_all.size() - 1});
            if (isPlaced || nodeRect(*old) != rect)
                m_waiting.insert({rect.top(), m_all.size() - 1});
        }
        for (const Edge& edge : after.edges()) {
            const size_t from = m_indices[edge.from.node], to = m_indices[edge.to.node];
            m_all[from].consumers.push_back(to);
            m_all[to].sources.push_back(from);
        }
    }

    void run() {
        while (!m_waiting.empty()) {
            const size_t pusher = m_waiting.begin()->second;
            m_waiting.erase(m_waiting.begin());
            clear(pusher);
            if (m_all[pusher].isPlaced) continue;
            leadConsumers(pusher);
            bringSources(pusher);
        }
    }

    Transaction moves() const {
        Transaction moves;
        for (const auto& [id, index] : m_indices)
            if (m_all[index].wasPushed)
                moves.push_back(edit::Move{id, toPosition(m_all[index].rect.topLeft())});
        return moves;
    }

  private:
    struct Body {
        QRectF rect;
        double oldTop = 0;
        bool isPlaced = false;
        bool isSource = false;
        bool wasPushed = false;
        std::vector<size_t> consumers = {}, sources = {};
    };

    /// Those that a rectangle of a node's size lies on.
    std::vector<size_t> under(const QRectF& rect) const {
        std::vector<size_t> found;
        const auto end = m_byTop.lower_bound({rect.bottom(), 0});
        for (auto it = m_byTop.lower_bound({rect.top() - nodeHeight, 0}); it != end; ++it)
            if (m_all[it->second].rect.intersects(rect)) found.push_back(it->second);
        return found;
    }

    void shift(size_t index, double top) {
        Body& body = m_all[index];
        m_byTop.erase({body.rect.top(), index});
        body.rect.moveTop(top);
        body.wasPushed = true;
        m_byTop.insert({top, index});
    }

    void push(size_t index, double top) {
        m_waiting.erase({m_all[index].rect.top(), index});
        shift(index, top);
        m_waiting.insert({top, index});
    }

    void clear(size_t pusher) {
        const QRectF rect = m_all[pusher].rect;
        const double below = snapped({0, rect.top() + rowPitch}).y();
        for (const size_t i : under(rect))
            if (i != pusher && !m_all[i].isPlaced) push(i, below);
    }

    /// What stood level with it or above may come to stand higher than it.
    void leadConsumers(size_t pusher) {
        const Body& body = m_all[pusher];
        for (const size_t i : body.consumers) {
            const double gap = m_all[i].oldTop - body.oldTop;
            const double least = body.rect.top() + std::min(gap, rowPitch);
            if (gap > 0 && !m_all[i].isPlaced && m_all[i].rect.top() < least)
                push(i, least);
        }
    }

    void bringSources(size_t pusher) {
        const Body& body = m_all[pusher];
        for (const size_t i : body.sources) {
            const Body& source = m_all[i];
            const double down = source.oldTop + body.rect.top() - body.oldTop - source.rect.top();
            if (!source.isSource || source.isPlaced || source.consumers.size() != 1 || down <= 0 ||
                m_waiting.contains({source.rect.top(), i}))
                continue;
            const auto taken = under(source.rect.translated(0, down));
            if (std::ranges::all_of(taken, [&](size_t other) { return other == i; }))
                shift(i, source.rect.top() + down);
        }
    }

    std::vector<Body> m_all;
    std::map<std::string, size_t> m_indices;
    std::set<std::pair<double, size_t>> m_byTop, m_waiting;  ///< by their tops
};

}  // namespace

Transaction withRoom(const Graph& graph, Transaction transaction,
                     const std::set<std::string>& placed) {
    Graph after = graph;
    if (!perform(after, transaction)) return transaction;
    Pushing pushing(graph, after, placed);
    pushing.run();
    for (Edit& move : pushing.moves()) transaction.push_back(std::move(move));
    return transaction;
}

QPointF freeShift(const Graph& graph, const QRectF& rect) {
    QPointF shift;
    while (!isFree(graph, rect.translated(shift))) shift += QPointF(columnPitch, 0);
    return shift;
}

}  // namespace vitrine::gui
