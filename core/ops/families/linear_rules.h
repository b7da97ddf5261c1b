// SPDX-License-Identifier: Apache-2.0
// What the fully connected layer and its two adjoints have in common. Each is bilinear, and every
// derivative of one is another of them.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::linear {

/// Multiplications and additions of [N, F] with a weight [O, F].
double flops(const Shape& rows, int64_t outFeatures);

ValueId forward(Builder& b, ValueId x, ValueId weight);
inline ValueId data(Builder& b, ValueId dy, ValueId weight) {
    return b.emit("linear_data", {dy, weight});
}
inline ValueId weights(Builder& b, ValueId dy, ValueId x) {
    return b.emit("linear_weights", {dy, x});
}

inline constexpr PortSpec rowsInput = {
    .id = "x", .title = "Input", .pattern = "[N, F]", .help = "One row of features per image."};
inline constexpr PortSpec gradientInput = {.id = "dy",
                                           .title = "Gradient",
                                           .pattern = "[N, O]",
                                           .help = "Gradient of the layer's result."};

}  // namespace vitrine::linear
