// SPDX-License-Identifier: GPL-3.0-or-later
// Weights that stay where another operator takes a node's place. Needs no window.
#pragma once

#include "core/graph/edit.h"
#include "core/session/placeholder_reading.h"

namespace vitrine::gui {

/// Whose place is taken.
struct Replaced {
    const Graph& graph;
    const Node& node;
    /// A placeholder that was read: its whole numbers are in the new one's fields, and no other
    /// weights than those that the reading names fit. Null: names and shapes say which.
    const ReadPlaceholder* read = nullptr;
};

struct KeptWeights {
    Transaction edits;
    int lost = 0;  ///< of the old node's, that have no port there
};
/// What the ports of the new node start with: a port takes what the old node's of its name had,
/// else the first that nobody has taken, as far as shapes are the same. Constants that nothing was
/// known of feed ports of values too, where a reading says which. `after`: the graph with the
/// new node in the old one's place.
KeptWeights keptWeights(const Replaced& old, const Graph& after, const Node& standIn);

/// The fields of an operator, with the values of another's that are called and kept alike.
Attrs keptFields(const OpDescriptor& old, const Attrs& values, Attrs fields);

}  // namespace vitrine::gui
