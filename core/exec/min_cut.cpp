// SPDX-License-Identifier: Apache-2.0
// Flows along shortest ways until there is none.
#include "core/exec/min_cut.h"

#include <algorithm>

namespace vitrine {

void MinCut::addEdge(int from, int to, double room) {
    m_edges.push_back({to, m_first[static_cast<size_t>(from)], room});
    m_first[static_cast<size_t>(from)] = static_cast<int>(m_edges.size()) - 1;
}

/// An edge and the one back stand side by side.
void MinCut::addCost(int a, int b, double cost) {
    if (cost <= 0) return;
    addEdge(a, b, cost);
    addEdge(b, a, 0);
}

/// How far each node is from the source; whether the sink can be reached.
bool MinCut::level() {
    m_level.assign(m_first.size(), -1);
    std::vector<int> queue{source()};
    m_level[0] = 0;
    for (size_t k = 0; k < queue.size(); ++k) {
        const int node = queue[k];
        for (int e = m_first[static_cast<size_t>(node)]; e >= 0;) {
            const Edge& edge = m_edges[static_cast<size_t>(e)];
            if (edge.room > 0 && m_level[static_cast<size_t>(edge.to)] < 0) {
                m_level[static_cast<size_t>(edge.to)] = m_level[static_cast<size_t>(node)] + 1;
                queue.push_back(edge.to);
            }
            e = edge.next;
        }
    }
    return m_level[static_cast<size_t>(sink())] >= 0;
}

double MinCut::push(int node, double most) {
    if (node == sink()) return most;
    for (int& e = m_present[static_cast<size_t>(node)]; e >= 0;
         e = m_edges[static_cast<size_t>(e)].next) {
        const Edge edge = m_edges[static_cast<size_t>(e)];
        if (edge.room <= 0 ||
            m_level[static_cast<size_t>(edge.to)] != m_level[static_cast<size_t>(node)] + 1)
            continue;
        const double pushed = push(edge.to, std::min(most, edge.room));
        if (pushed <= 0) continue;
        m_edges[static_cast<size_t>(e)].room -= pushed;
        m_edges[static_cast<size_t>(e ^ 1)].room += pushed;
        return pushed;
    }
    return 0;
}

std::vector<char> MinCut::cut() {
    while (level()) {
        m_present = m_first;
        while (push(source(), never) > 0) {
        }
    }
    std::vector<char> isSource;
    for (int distance : m_level) isSource.push_back(distance >= 0);
    return isSource;
}

}  // namespace vitrine
