// SPDX-License-Identifier: Apache-2.0
// Questions about a node's ports.
#pragma once

#include <span>
#include <string_view>

#include "core/opdef/descriptor.h"

namespace vitrine {

/// What arrives comes over an edge (data, labels), not from the document's parameters.
constexpr bool comesOverEdge(PortKind kind) {
    return kind == PortKind::Data || kind == PortKind::Labels;
}

/// A port with `onlyIf` is there while that field is true.
inline bool portExists(const PortSpec& port, const Attrs& attrs) {
    return port.onlyIf.empty() || attrs.flag(port.onlyIf);
}

/// Index of a port, or -1.
constexpr int findPort(std::span<const PortSpec> ports, std::string_view id) {
    for (size_t i = 0; i < ports.size(); ++i)
        if (ports[i].id == id) return static_cast<int>(i);
    return -1;
}

}  // namespace vitrine
