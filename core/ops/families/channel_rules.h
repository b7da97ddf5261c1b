// SPDX-License-Identifier: Apache-2.0
// What operators on the channels of [N, C, …] have in common: one number per channel
// in vectors [C], and the derivatives of such maps as maps of the same kind.
#pragma once

#include "core/opdef/descriptor.h"

namespace vitrine::channel {

/// A type like x with one element per channel, [C].
ValueShape vectorOf(const ValueShape& x);
/// Elements of a channel: N times the pixels of an image.
int64_t elementsPerChannel(const Shape& x);

/// A vector [C] of zeros for image x.
ValueId zeros(Builder& b, ValueId x);
/// (x − center[c]) · scale[c] + shift[c].
inline ValueId normalize(Builder& b, ValueId x, ValueId center, ValueId scale, ValueId shift) {
    return b.emit("channel_normalize", {x, center, scale, shift});
}
/// Σ x per channel.
inline ValueId sum(Builder& b, ValueId x) { return b.emit("channel_sum", {x}); }
/// Σ x · (y − center[c]) per channel.
inline ValueId dot(Builder& b, ValueId x, ValueId y, ValueId center) {
    return b.emit("channel_dot", {x, y, center});
}

inline constexpr PortSpec imageInput = {
    .id = "x",
    .title = "Input",
    .pattern = "[N, C, S…]",
    .help = "Images with any axes behind their channels, or rows [N, C]."};
inline constexpr PortSpec centerInput = {.id = "center",
                                         .title = "Center",
                                         .pattern = "[C]",
                                         .help = "Number that is subtracted from each channel."};

}  // namespace vitrine::channel
