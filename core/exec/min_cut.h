// SPDX-License-Identifier: Apache-2.0
// Choices of two kinds that cost something where neighbours differ: the cheapest of all of them.
#pragma once

#include <cstdint>
#include <vector>

namespace vitrine {

/// A minimum cut by Dinic's algorithm. Nodes are on the source's side or on the sink's.
class MinCut {
  public:
    static constexpr double never = 1e300;

    MinCut() : m_first(2, -1) {}
    int source() const { return 0; }
    int sink() const { return 1; }
    int addNode() {
        m_first.push_back(-1);
        return static_cast<int>(m_first.size()) - 1;
    }
    /// What it costs that `a` is on the source's side and `b` on the sink's.
    void addCost(int a, int b, double cost);
    /// By node: whether it is on the source's side. Where two cuts cost the same, that with fewer
    /// there.
    std::vector<char> cut();

  private:
    struct Edge {
        int to, next;
        double room;
    };
    void addEdge(int from, int to, double room);
    bool level();
    double push(int node, double most);

    std::vector<int> m_first;  ///< by node, an edge; others by `next`
    std::vector<Edge> m_edges;
    std::vector<int> m_level, m_present;
};

}  // namespace vitrine
