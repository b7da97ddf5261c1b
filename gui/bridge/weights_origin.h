// SPDX-License-Identifier: GPL-3.0-or-later
// Where the weights come from that a new run of a network begins with.
#pragma once

#include <QString>

#include "core/graph/graph.h"

namespace vitrine::gui {

/// The file that most of a network's parameters start from, its path and its name; empty: there is
/// none.
QString originPathOf(const Graph& graph);
QString originOf(const Graph& graph);

}  // namespace vitrine::gui
