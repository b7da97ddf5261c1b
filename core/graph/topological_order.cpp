// SPDX-License-Identifier: Apache-2.0
// Kahn's sort, and Pearce and Kelly's repair of an order after one more edge.
#include "core/graph/topological_order.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <queue>
#include <unordered_map>

#include "core/base/check.h"

namespace vitrine {

namespace {

/// A vertex that Kahn's sort left over has a predecessor that it left over too: walking backwards
/// comes round.
std::vector<int> someCycle(std::span<const std::pair<int, int>> edges,
                           const std::vector<int>& waiting) {
    std::vector<int> leftOverSource(waiting.size(), -1);
    int vertex = -1;
    for (const auto& [from, to] : edges) {
        const bool both =
            waiting[static_cast<size_t>(from)] > 0 && waiting[static_cast<size_t>(to)] > 0;
        if (!both) continue;
        leftOverSource[static_cast<size_t>(to)] = from;
        vertex = to;
    }
    std::vector<int> path;
    std::vector<bool> seen(waiting.size());
    while (!seen[static_cast<size_t>(vertex)]) {
        seen[static_cast<size_t>(vertex)] = true;
        path.push_back(vertex);
        vertex = leftOverSource[static_cast<size_t>(vertex)];
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), vertex));
    path.push_back(vertex);
    std::reverse(path.begin(), path.end());
    return path;
}

}  // namespace

SortedVertices sortVertices(int count, std::span<const std::pair<int, int>> edges) {
    const auto size = static_cast<size_t>(count);
    std::vector<std::vector<int>> next(size);
    std::vector<int> waiting(size);  // edges that still come in
    for (const auto& [from, to] : edges) {
        next[static_cast<size_t>(from)].push_back(to);
        ++waiting[static_cast<size_t>(to)];
    }
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int vertex = 0; vertex < count; ++vertex)
        if (waiting[static_cast<size_t>(vertex)] == 0) ready.push(vertex);

    SortedVertices sorted;
    sorted.order.reserve(size);
    while (!ready.empty()) {
        const int vertex = ready.top();
        ready.pop();
        sorted.order.push_back(vertex);
        for (int to : next[static_cast<size_t>(vertex)])
            if (--waiting[static_cast<size_t>(to)] == 0) ready.push(to);
    }
    if (sorted.order.size() < size) sorted.cycle = someCycle(edges, waiting);
    return sorted;
}

TopologicalOrder::TopologicalOrder(const SortedVertices& sorted,
                                   std::span<const std::pair<int, int>> edges)
    : m_vertices(sorted.order.size()) {
    VITRINE_CHECK(sorted.cycle.empty(), "a graph with a cycle has no order");
    for (int vertex : sorted.order) at(vertex).rank = m_nextRank++;
    for (const auto& [from, to] : edges) {
        at(from).next.push_back(to);
        at(to).previous.push_back(from);
    }
}

int TopologicalOrder::add() {
    if (m_free.empty()) {
        m_vertices.emplace_back();
        m_free.push_back(static_cast<int>(m_vertices.size()) - 1);
    }
    const int vertex = m_free.back();
    m_free.pop_back();
    at(vertex).rank = m_nextRank++;
    return vertex;
}

void TopologicalOrder::remove(int vertex) {
    VITRINE_CHECK(at(vertex).next.empty() && at(vertex).previous.empty(),
                  "a vertex goes after its edges");
    m_free.push_back(vertex);
}

std::vector<std::pair<int, int>> TopologicalOrder::reach(int start,
                                                         std::vector<int> Vertex::*direction,
                                                         int64_t lowest, int64_t highest) const {
    std::vector<std::pair<int, int>> found = {{start, -1}};
    std::unordered_map<int, bool> seen = {{start, true}};
    for (size_t done = 0; done < found.size(); ++done) {
        const int vertex = found[done].first;
        for (int other : m_vertices[static_cast<size_t>(vertex)].*direction) {
            if (rank(other) < lowest || rank(other) > highest) continue;
            if (seen.emplace(other, true).second) found.emplace_back(other, vertex);
        }
    }
    return found;
}

std::vector<int> TopologicalOrder::connect(int from, int to) {
    if (from == to) return {from, from};
    if (rank(from) > rank(to)) {
        const auto after = reach(to, &Vertex::next, rank(to), rank(from));
        std::unordered_map<int, int> cameFrom(after.begin(), after.end());
        if (cameFrom.contains(from)) {
            std::vector<int> cycle;
            for (int vertex = from; vertex != -1; vertex = cameFrom.at(vertex))
                cycle.push_back(vertex);
            cycle.push_back(from);
            std::reverse(cycle.begin(), cycle.end());
            return cycle;
        }
        const auto before = reach(from, &Vertex::previous, rank(to), rank(from));
        const auto vertices = [](const std::vector<std::pair<int, int>>& found) {
            std::vector<int> list;
            for (const auto& entry : found) list.push_back(entry.first);
            return list;
        };
        reorder(vertices(before), vertices(after));
    }
    at(from).next.push_back(to);
    at(to).previous.push_back(from);
    return {};
}

void TopologicalOrder::reorder(std::vector<int> before, std::vector<int> after) {
    const auto byRank = [this](int a, int b) { return rank(a) < rank(b); };
    std::sort(before.begin(), before.end(), byRank);
    std::sort(after.begin(), after.end(), byRank);
    before.insert(before.end(), after.begin(), after.end());

    std::vector<int64_t> ranks;
    for (int vertex : before) ranks.push_back(rank(vertex));
    std::sort(ranks.begin(), ranks.end());
    for (size_t i = 0; i < before.size(); ++i) at(before[i]).rank = ranks[i];
}

void TopologicalOrder::disconnect(int from, int to) {
    const auto eraseOne = [](std::vector<int>& list, int vertex) {
        const auto found = std::find(list.begin(), list.end(), vertex);
        VITRINE_CHECK(found != list.end(), "only an edge that is there can go");
        list.erase(found);
    };
    eraseOne(at(from).next, to);
    eraseOne(at(to).previous, from);
}

}  // namespace vitrine
