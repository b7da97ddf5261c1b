// SPDX-License-Identifier: Apache-2.0
// An order in which every vertex stands after all that feed it: computed once for a whole graph,
// and kept up to date while edges come and go.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace vitrine {

struct SortedVertices {
    std::vector<int> order;  ///< shorter than the vertex count where there is a cycle
    std::vector<int> cycle;  ///< one cycle, first vertex = last vertex; empty where there is none
};

/// Kahn's algorithm over vertices 0 … count − 1; among vertices that are ready the smallest comes
/// first, so the order is a function of the graph alone. O((V + E) log V).
SortedVertices sortVertices(int count, std::span<const std::pair<int, int>> edges);

/// The order of Pearce and Kelly (A dynamic topological sort algorithm for directed acyclic graphs,
/// JEA 2006): adding an edge looks at no more than the vertices between its ends in the order.
/// Several edges between the same two vertices count as several. A plain value.
class TopologicalOrder {
  public:
    TopologicalOrder() = default;
    /// Vertices 0 … count − 1 with edges that were sorted (`sorted.cycle` is empty).
    TopologicalOrder(const SortedVertices& sorted, std::span<const std::pair<int, int>> edges);

    /// A new vertex without edges, at the end of the order.
    int add();
    /// Takes away a vertex that has no edges; its number may be given out again.
    void remove(int vertex);
    /// Adds an edge and gives nothing, or changes nothing and gives the cycle that it would close:
    /// from → to → … → from.
    std::vector<int> connect(int from, int to);
    void disconnect(int from, int to);

    bool precedes(int a, int b) const { return rank(a) < rank(b); }

  private:
    struct Vertex {
        int64_t rank = 0;
        std::vector<int> next, previous;
    };
    int64_t rank(int vertex) const { return m_vertices[static_cast<size_t>(vertex)].rank; }
    Vertex& at(int vertex) { return m_vertices[static_cast<size_t>(vertex)]; }
    /// Vertices reached from `start` whose rank is between the bounds, with where each was reached
    /// from, in the order in which they were found.
    std::vector<std::pair<int, int>> reach(int start, std::vector<int> Vertex::*direction,
                                           int64_t lowest, int64_t highest) const;
    void reorder(std::vector<int> before, std::vector<int> after);

    std::vector<Vertex> m_vertices;
    std::vector<int> m_free;
    int64_t m_nextRank = 0;
};

}  // namespace vitrine
