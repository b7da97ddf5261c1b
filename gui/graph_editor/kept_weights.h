// SPDX-License-Identifier: GPL-3.0-or-later
// Weights that stay where another operator takes a node's place. Needs no window.
#pragma once

#include <map>
#include <string>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// Port of the new node → port of the old one that had the same.
using FeedNames = std::map<std::string, std::string, std::less<>>;

/// Whose place is taken.
struct Replaced {
    const Graph& graph;
    const Node& node;
    FeedNames feeds = {};  ///< where more is known than names
    bool isRead = false;   ///< its whole numbers are in the new one's fields
};

struct KeptWeights {
    Transaction edits;
    int lost = 0;  ///< of the old node's, that have no port there
};
/// What the ports of the new node start with: a port takes what the old node's of its name had,
/// else the first that nobody has taken, as far as shapes are the same. Constants that nothing was
/// known of feed ports of values too, where `old` says which. `after`: the graph with the
/// new node in the old one's place.
KeptWeights keptWeights(const Replaced& old, const Graph& after, const Node& standIn);

/// The fields of an operator, with the values of another's that are called and kept alike.
Attrs keptFields(const OpDescriptor& old, const Attrs& values, Attrs fields);

}  // namespace vitrine::gui
