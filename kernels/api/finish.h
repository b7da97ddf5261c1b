// SPDX-License-Identifier: Apache-2.0
// Finish: the steps behind a sum that a kernel can take while the sum is still in registers, where
// they cost no pass over what was stored. Bits are those of the steps one after the other.
#pragma once

#include "kernels/api/operand.h"

namespace vitrine::kernels {

/// In this order, each of which may be absent: (sum − center) · scale + shift by channel; + an
/// image like the result; an activation. Operands are given by their places in the call.
struct Finish {
    enum class Activation : uint8_t { None, Relu, Clamp, HardSwish };

    static constexpr int absent = -1;
    int center = absent, scale = absent, shift = absent;
    int added = absent;
    Image addedImage = {};
    Activation activation = Activation::None;
    float low = 0, high = 0;  ///< of Clamp
    int result = absent;

    bool normalizes() const { return center != absent; }
    bool adds() const { return added != absent; }
};

}  // namespace vitrine::kernels
