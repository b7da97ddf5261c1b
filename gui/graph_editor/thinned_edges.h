// SPDX-License-Identifier: GPL-3.0-or-later
// Edges that a layout looks at: all, but where so many pass so many rows that Graphviz would take
// minutes, the longest are left out. Needs no window.
#pragma once

#include <utility>
#include <vector>

namespace vitrine::gui {

/// `edges`: pairs of indices of nodes, `order`: all nodes, each behind those that lead to it. Every
/// node keeps an edge from the row before its own, or to the next, so that the rows stay as they
/// are.
std::vector<std::pair<int, int>> thinnedEdges(std::vector<std::pair<int, int>> edges,
                                              const std::vector<int>& order);

}  // namespace vitrine::gui
