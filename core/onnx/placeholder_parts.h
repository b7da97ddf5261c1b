// SPDX-License-Identifier: Apache-2.0
// What a placeholder keeps of a node of an ONNX file.
#pragma once

#include <vector>

#include "core/graph/placeholder.h"
#include "core/onnx/value.h"

namespace vitrine::onnx {

/// `Conv node 'c1'`: what messages call it.
std::string nodeText(const Node& node);
/// `com.microsoft:FusedConv`; `NonZero` of ONNX's own domain.
std::string placeholderName(const Node& node);
/// Whether a placeholder has an operand's numbers as a parameter of its own.
bool isKept(const Value& operand);
PlaceholderParts partsOf(const Node& node, const std::vector<Value>& operands);
/// Its attributes: numbers and text as they are, lists as JSON; graphs and tensors by their kind.
/// And its domain's operator set, and `why` it is a placeholder.
Attrs fieldsOf(const PlaceholderOp& op, const Node& node, int64_t opset, std::string_view why);

}  // namespace vitrine::onnx
