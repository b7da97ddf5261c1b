// SPDX-License-Identifier: GPL-3.0-or-later
// Places for all nodes, top to bottom, by Graphviz, in columns. Needs no window.
#pragma once

#include <QSizeF>
#include <QStringList>

#include "core/graph/edit.h"

namespace vitrine::gui {

/// Moves for these nodes (empty: all) by the edges between them; the same graph gives the same
/// places, and the upper left corner of what is laid out stays. Where that would be long, it wraps
/// into columns that fit `room`, the size of what it will be seen in (empty: it never wraps). One
/// thread at a time. Errors: "L01" where Graphviz is not able to.
Result<Transaction> autoLayout(const Graph& graph, const QStringList& nodes = {},
                               const QSizeF& room = {});

}  // namespace vitrine::gui
