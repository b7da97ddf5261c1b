// SPDX-License-Identifier: Apache-2.0
// What a network is, whatever its nodes are called and wherever they stand.
#pragma once

#include <string>

#include "core/graph/graph.h"

namespace vitrine {

/// 64 hexadecimal digits over operators, fields, wiring and which parameters are shared. Names,
/// keys, titles, places and the order of nodes and edges do not count: whoever renames a node has
/// the same network still, and goes on with its runs.
std::string graphFingerprint(const Graph& graph);

}  // namespace vitrine
