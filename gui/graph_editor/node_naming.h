// SPDX-License-Identifier: GPL-3.0-or-later
// FreshNames: ids for new nodes that nobody has, short and counted: conv1, conv2, pool1.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/graph/graph.h"

namespace vitrine::gui {

class FreshNames {
  public:
    /// Ids that a graph's nodes have or that its shared parameters begin with are taken.
    explicit FreshNames(const Graph& graph);

    /// For a new node of an operator. Never gives one name twice.
    std::string forOperator(std::string_view op);
    /// For a copy of a node: the same word with the next free number.
    std::string forCopyOf(std::string_view id);
    /// This id where it is free, else as for a copy.
    std::string forSameAs(std::string_view id);

  private:
    std::string numbered(const std::string& word);
    std::set<std::string, std::less<>> m_taken;
};

}  // namespace vitrine::gui
