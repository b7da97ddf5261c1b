// SPDX-License-Identifier: GPL-3.0-or-later
// Walking from node to node with the keyboard. Needs no window.
#pragma once

#include <string>

#include "core/graph/graph.h"

namespace vitrine::gui {

/// Back and Forth follow edges; Left and Right go to the nearest node on that side.
enum class Step { Back, Forth, Left, Right };

/// The node that a step leads to; `from` where there is none. Without a node to start from (empty
/// or unknown) the first in running order.
std::string walk(const Graph& graph, const std::string& from, Step step);

}  // namespace vitrine::gui
