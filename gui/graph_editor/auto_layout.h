// SPDX-License-Identifier: GPL-3.0-or-later
// Places for all nodes, top to bottom, by Graphviz. Needs no window.
#pragma once

#include <QStringList>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// Moves for these nodes (empty: all) by the edges between them; the same graph gives the same
/// places, and the upper left corner of what is laid out stays. One thread at a time. Errors: "L01"
/// where Graphviz is not able to.
Result<Transaction> autoLayout(const Graph& graph, const QStringList& nodes = {});

}  // namespace vitrine::gui
