// SPDX-License-Identifier: Apache-2.0
// Convolutions of bytes.
#pragma once

#include "core/onnx/context.h"

namespace vitrine::onnx {

/// x, a weight [K, C / groups, …] and their zero points (missing: 0).
struct IntegerConv {
    Value x = {}, weight = {}, zeroX = {}, zeroWeight = {};
};
/// Their convolution by the node's attributes, as 64-bit floats, which hold it exactly.
Value integerConv(Context& c, const IntegerConv& of);
/// One number, or one for each filter, as it repeats over images or over a weight.
Value perFilter(Context& c, const Value& numbers, int axesBehind);

}  // namespace vitrine::onnx
