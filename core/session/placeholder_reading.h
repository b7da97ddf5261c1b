// SPDX-License-Identifier: Apache-2.0
// A placeholder of an imported model, read once more on its own, as what stands before it is now:
// what a person puts in its place starts as the file says.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/graph/graph.h"

namespace vitrine {

struct ReadPlaceholder {
    const OpDescriptor* op = nullptr;
    Attrs attrs;
    /// What feeds its ports: port → the placeholder's port of that value.
    std::map<std::string, std::string, std::less<>> ports = {};
    /// Port → the numbers of that value where they are turned: a matrix that is multiplied from the
    /// other side. As many as a project holds.
    std::map<std::string, std::shared_ptr<const TensorData>, std::less<>> turned = {};
};

/// The node that the rule of the file's operator makes, `wanted` where it makes several. An
/// operator that has no rule is read as the one that its name ends on or holds: `FusedConv` as
/// `Conv`. Where the shape before it is not known, or does not suit its weights, those count.
/// Nothing: no rule takes it.
std::optional<ReadPlaceholder> readPlaceholder(const Graph& graph, const Node& placeholder,
                                               std::string_view wanted);

}  // namespace vitrine
