// SPDX-License-Identifier: Apache-2.0
// What RNN, GRU and LSTM have in common.
#pragma once

#include <string_view>

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// Directions, activations and clip as the fields of `op` have them. `functions`: of each
/// direction.
Attrs recurrentAttrs(const Context& c, std::string_view op, size_t functions);
/// `op` of the node's inputs, its cells and peepholes too where it has some.
void readRecurrence(Context& c, std::string_view op, const Attrs& attrs, bool hasCell);

}  // namespace vitrine::onnx
