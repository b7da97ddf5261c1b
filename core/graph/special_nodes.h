// SPDX-License-Identifier: Apache-2.0
// The two kinds of node that are no operators: where images come in and where class labels come in.
// They have descriptors like every operator, so that files, forms and checks treat all nodes alike.
#pragma once

#include <string_view>
#include <vector>

#include "core/opdef/descriptor.h"

namespace vitrine {

/// `input`: x [N, …], field `shape` holds the extents after N.
extern const OpDescriptor inputNode;
/// `target`: labels [N] int32, field `classes`.
extern const OpDescriptor targetNode;

/// What a node may be: an operator of the palette, `input` or `target`. Null where there is none.
const OpDescriptor* findNodeOperator(std::string_view id);
/// Ids of everything that findNodeOperator finds.
std::vector<std::string_view> nodeOperatorIds();

/// Most extents that an input's `shape` may have: the batch comes on top.
inline constexpr int maxInputExtents = Shape::maxRank - 1;

}  // namespace vitrine
