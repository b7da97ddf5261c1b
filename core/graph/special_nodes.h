// SPDX-License-Identifier: Apache-2.0
// The kinds of node that are no operators: where columns of the data come in, and what a network
// gives. They have descriptors like every operator, so that files, forms and checks treat all nodes
// alike.
#pragma once

#include <string_view>
#include <vector>

#include "core/graph/graph.h"

namespace vitrine {

/// `input`: x [N, …] of numbers, field `shape` holds the extents after N; or, where it is not
/// batched, all of them.
extern const OpDescriptor inputNode;
/// `target`: labels [N] int32, field `classes`.
extern const OpDescriptor targetNode;
/// `output`: takes a value under the node's name.
extern const OpDescriptor outputNode;

/// A column of the data comes in.
inline bool isInput(const Node& node) { return node.op->kind == NodeKind::Input; }
/// The same, where it is class numbers.
inline bool isClassInput(const Node& node) {
    return isInput(node) && node.op->outputs.front().types == DTypes(DType::I32);
}
/// Training makes what it gives small.
inline bool isLoss(const Node& node) { return node.op->kind == NodeKind::Loss; }

/// The column that an input takes.
inline const std::string& columnOf(const Node& input) { return input.attrs.text("column"); }

/// The batch comes on top of its shape. True of targets.
bool isBatched(const Node& input);
/// Of its elements as they come in, in a network of such floats, where the data say nothing else.
DType takenType(const Node& input, DType floatType);
/// Of what it gives: f16 and bf16 become the network's floats.
DType givenType(const Node& input, DType floatType);
/// Types that an output may have, as far as the fields of its node say.
DTypes typesOf(const Node& node, const PortSpec& output);

/// What becomes of the numbers of a column on their way into a network.
enum class Scaling : uint8_t {
    Normalised,  ///< pixels: from 0 to 1, then by the project's mean and deviation
    Unit,        ///< pixels: from 0 to 1
    Raw          ///< as they are stored; what is no pixel always is
};
Scaling scalingOf(const Node& input);

/// What a node may be: an operator of the palette, `input`, `target` or `output`. Null where there
/// is none.
const OpDescriptor* findNodeOperator(std::string_view id);
/// Ids of everything that findNodeOperator finds.
std::vector<std::string_view> nodeOperatorIds();
/// Those of them that are no operators.
std::span<const OpDescriptor* const> specialNodes();

/// Most extents that an input's `shape` may have: the batch comes on top.
inline constexpr int maxInputExtents = Shape::maxRank - 1;

}  // namespace vitrine
