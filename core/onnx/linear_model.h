// SPDX-License-Identifier: Apache-2.0
// What the linear models of ai.onnx.ml share: numbers in attributes, and what is done to scores.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// `rows` scores of each example of input 1, before post_transform.
Value linearScores(Context& c, int64_t rows);
/// By the attribute post_transform.
Value transformed(Context& c, const Value& scores);

}  // namespace vitrine::onnx
