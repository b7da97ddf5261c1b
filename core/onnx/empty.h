// SPDX-License-Identifier: Apache-2.0
// Tensors with an extent of 0: operators here have none, so rules that may meet one say what comes
// out, which is a constant.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

inline bool isEmpty(const Context& c, const Value& value) {
    return c.shapeOf(value).elements() == 0;
}

/// Nothing, of that shape (with an extent of 0) and the type of another value.
inline Value emptyLike(const Context& c, const Value& like, const Shape& shape) {
    Value value = c.fixed(TensorData::of(c.typeOf(like).dtype, shape, {}));
    value.element = like.element;
    return value;
}

}  // namespace vitrine::onnx
