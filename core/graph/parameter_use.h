// SPDX-License-Identifier: Apache-2.0
// Whose a parameter is: that of a node's port, or an entry of the document's.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

/// The port of parameters whose own a parameter of that id is: `conv1.weight` is that of `weight`
/// of `conv1`. Null where no node has such a port now.
const PortSpec* ownPortOf(const Graph& graph, std::string_view parameter);

/// What a port of parameters may name: it has an entry, or is a node's own and shared by its name.
/// Of a placeholder it is not known what it owns.
bool isKnownParameter(const Graph& graph, std::string_view id);

/// Usual entries for what ports of parameters name that is not known.
std::vector<Parameter> missingEntries(const Graph& graph);
/// The same for what nodes that go own and others share without an entry.
std::vector<Parameter> entriesLeftBy(const Graph& graph,
                                     const std::set<std::string, std::less<>>& gone);

/// The trouble of an entry whose file nobody has read yet.
inline constexpr std::string_view fileNotReadYet = "its file is being read";

}  // namespace vitrine
