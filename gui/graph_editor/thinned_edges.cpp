// SPDX-License-Identifier: GPL-3.0-or-later
// Rows by longest paths; the longest edges go first.
#include "gui/graph_editor/thinned_edges.h"

#include <algorithm>
#include <cstdint>

namespace vitrine::gui {

namespace {

/// Rows that edges pass, all together: Graphviz has a node in each. DenseNet-121, where every layer
/// takes all earlier ones, has tens of thousands, which take minutes.
constexpr int64_t mostPassed = 600;

std::vector<int> rowsOf(const std::vector<std::pair<int, int>>& edges,
                        const std::vector<int>& order) {
    std::vector<std::vector<int>> onwards(order.size());
    for (const auto& [from, to] : edges) onwards[static_cast<size_t>(from)].push_back(to);
    std::vector<int> rows(order.size());
    for (const int node : order)
        for (const int to : onwards[static_cast<size_t>(node)])
            rows[static_cast<size_t>(to)] =
                std::max(rows[static_cast<size_t>(to)], rows[static_cast<size_t>(node)] + 1);
    // What begins stands right above what it feeds, as Graphviz has it: a target beside its loss.
    for (const int node : order) {
        const std::vector<int>& fed = onwards[static_cast<size_t>(node)];
        if (rows[static_cast<size_t>(node)] > 0 || fed.empty()) continue;
        const auto rowOf = [&](int to) { return rows[static_cast<size_t>(to)]; };
        rows[static_cast<size_t>(node)] = rowOf(*std::ranges::min_element(fed, {}, rowOf)) - 1;
    }
    return rows;
}

}  // namespace

std::vector<std::pair<int, int>> thinnedEdges(std::vector<std::pair<int, int>> edges,
                                              const std::vector<int>& order) {
    const std::vector<int> rows = rowsOf(edges, order);
    const auto passed = [&](const std::pair<int, int>& edge) {
        return rows[static_cast<size_t>(edge.second)] - rows[static_cast<size_t>(edge.first)] - 1;
    };
    int64_t sum = 0;
    for (const auto& edge : edges) sum += passed(edge);
    if (sum <= mostPassed) return edges;
    std::ranges::stable_sort(edges, {}, passed);
    while (sum > mostPassed && passed(edges.back()) > 0) {
        sum -= passed(edges.back());
        edges.pop_back();
    }
    return edges;
}

}  // namespace vitrine::gui
