// SPDX-License-Identifier: Apache-2.0
// Operators along one axis, which up to opset 12 take that axis and all behind it for one.
#pragma once

#include <string_view>

#include "core/onnx/context.h"

namespace vitrine::onnx {

struct Flattened {
    Value x;           ///< of two axes where several count as one
    int64_t axis = 0;  ///< along which to go
};
/// Of input 0, by the attribute `axis`.
Flattened flattened(Context& c);
/// A result in the shape of input 0.
Value asBefore(Context& c, const Value& y);
/// `op` along that axis.
void readAlongAxis(Context& c, std::string_view op);

}  // namespace vitrine::onnx
