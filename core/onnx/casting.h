// SPDX-License-Identifier: Apache-2.0
// Casts to an element type of the file, with what Cast and CastLike say about them.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// By the attributes `saturate` and `round_mode` of the node.
Value castAs(Context& c, const Value& x, ElementType type);
/// The element type of that attribute, as a number; `usual` where it is not there.
ElementType typeNamed(const Context& c, std::string_view attribute, ElementType usual);

}  // namespace vitrine::onnx
