// SPDX-License-Identifier: GPL-3.0-or-later
// Weights that stay where another operator takes a node's place. Needs no window.
#pragma once

#include "core/graph/edit.h"

namespace vitrine::gui {

struct KeptWeights {
    Transaction edits;
    int lost = 0;  ///< of the old node's, that have no port there
};
/// What the ports of the new node start with: a port takes what the old node's of its name had,
/// else the first that nobody has taken, as far as shapes are the same. `after`: the graph with the
/// new node in the old one's place.
KeptWeights keptWeights(const Graph& before, const Node& old, const Graph& after,
                        const Node& standIn);

/// The fields of an operator, with the values of another's that are called and kept alike.
Attrs keptFields(const Node& old, Attrs fields);

}  // namespace vitrine::gui
