// SPDX-License-Identifier: Apache-2.0
// The optional bias of convolution and of the fully connected layer.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::bias {

inline constexpr FieldSpec field = {
    .id = "bias",
    .title = "Bias",
    .type = FieldType::Bool,
    .defaultNumber = 1,
    .help = "Whether a trained number is added to each output channel."};
constexpr PortSpec input(std::string_view pattern) {
    return {.id = "bias",
            .title = "Bias",
            .role = PortRole::Parameter,
            .pattern = pattern,
            .help = "Number that is added to each output channel; starts at zero.",
            .onlyIf = "bias"};
}

/// `images` plus vector[c] on every pixel of channel c. Images of noValue are zeros like `type`.
inline ValueId addToChannels(Builder& b, ValueId images, ValueId vector, const ValueShape& type) {
    if (images == noValue) images = b.constant(type.shape, type.dtype, 0);
    const Shape perChannel = b.shape(vector);
    const ValueId zeros = b.constant(perChannel, type.dtype, 0);
    const ValueId ones = b.constant(perChannel, type.dtype, 1);
    return b.emit("channel_normalize", {images, zeros, ones, vector});
}

}  // namespace vitrine::bias
