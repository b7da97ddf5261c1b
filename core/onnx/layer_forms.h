// SPDX-License-Identifier: Apache-2.0
// Layers that exporters take apart, put together again: what can be trained is the layer's own
// then.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// Rows [N, F] times a matrix [F, M] of weights. Missing: it is not that.
Value linearOf(Context& c, const Value& x, const Value& weight);

/// What gives `normed` of [N, groups, …], and is seen as `shape` again, is a group norm of that
/// shape; it multiplies by 1 and adds 0. Missing: it is not that.
Value groupNormOf(Context& c, const Value& normed, const Shape& shape);

/// `x` times or plus `y`, where x is a layer that has no factor or nothing added yet, and y one
/// number for each of its channels. Missing: it is not that.
Value scaledLayer(Context& c, const Value& x, const Value& y);
Value shiftedLayer(Context& c, const Value& x, const Value& y);

}  // namespace vitrine::onnx
