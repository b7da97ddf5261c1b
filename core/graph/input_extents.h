// SPDX-License-Identifier: Apache-2.0
// What the extents of an imported input are called, and which of them the network behind it was
// made for: the field `extents` of an input.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

/// `3`, `height`, or `width = 224 for up_1.pads`: that one must stay, because of a field there.
struct NamedExtent {
    std::string name;
    std::optional<int64_t> held = {};
    std::string heldBy = {};
};

/// `3, height, width = 224 for up_1.pads`; read back by extentsOf.
std::string extentsText(std::span<const NamedExtent> extents);
/// Of an input node; none where nothing is written down.
std::vector<NamedExtent> extentsOf(const Node& input);
/// Errors: "shape", an extent that is held and has been changed.
Result<void> checkExtents(const Node& input);

}  // namespace vitrine
