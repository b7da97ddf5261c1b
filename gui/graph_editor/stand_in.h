// SPDX-License-Identifier: GPL-3.0-or-later
// Another node in the place of one, or none: what it was wired to stays wired. Needs no window.
#pragma once

#include <string>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// Takes a node away and joins what feeds it with all that it feeds, whether shapes fit or not.
/// Errors: "P10" where it is not one edge in and one output that is used; those of edits.
Result<Transaction> bypassOf(const Graph& graph, const std::string& node);

struct StandIn {
    std::string node;  ///< the new one's id
    Transaction edits;
    int lost = 0;  ///< edges that have no port there
    int lostWeights = 0;
};
/// A new node of the operator where the old one stands. Edges in go to its ports in their order, as
/// far as kinds fit; edges out come from the output of the same number. Fields that are called
/// alike keep their values, weights of the same shape their numbers. A placeholder's name stays,
/// and its fields and weights are those that the rule of the model's operator makes of it. Errors:
/// those of makeNode.
Result<StandIn> standInOf(const Graph& graph, const std::string& node, const std::string& op);

}  // namespace vitrine::gui
