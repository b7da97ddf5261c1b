// SPDX-License-Identifier: Apache-2.0
// A part of a network as text: what the clipboard carries between windows.
#pragma once

#include <string>
#include <string_view>

#include "core/graph/graph.h"

namespace vitrine {

/// One line of JSON with the nodes and edges, without their keys: what is pasted starts afresh.
std::string fragmentText(const Graph& part);

/// Errors: "P01" (not such a text), those of graphFromJson.
Result<Graph> fragmentFromText(std::string_view text);

}  // namespace vitrine
