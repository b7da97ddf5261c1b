// SPDX-License-Identifier: GPL-3.0-or-later
// Deleting nodes, with or without joining what they stood between. Needs no window.
#pragma once

#include <QStringList>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// Takes away nodes with all their edges.
Transaction removalOf(const Graph& graph, const QStringList& nodes);

/// The same, and what a chain of them fed is fed by what fed the chain, where every node of the
/// chain has a single connected data input and kinds and shapes allow it.
Transaction mendingRemovalOf(const Graph& graph, const QStringList& nodes);

}  // namespace vitrine::gui
