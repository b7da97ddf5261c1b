// SPDX-License-Identifier: Apache-2.0
// Filters of a convolution or a fully connected layer: how they are changed and packed when a
// network is exported.
#pragma once

#include <cstdint>
#include <vector>

namespace vitrine::cpp_export {

/// Weights [groups · filters][channels][taps] and a bias for each filter.
struct Filters {
    int64_t groups = 1, filters = 1, channels = 1, taps = 1;  ///< filters and channels of a group
    std::vector<double> weights = {}, biases = {};

    int64_t count() const { return groups * filters; }
    /// What follows, (y − center) · scale + shift for each filter, becomes part of them.
    void normalise(const std::vector<double>& center, const std::vector<double>& scale,
                   const std::vector<double>& shift);
    /// [group][tile of filters][tap][channel][filter of the tile], 0 past the last one.
    std::vector<float> packed(int64_t tile) const;
    /// [group][tile of filters][filter of the tile].
    std::vector<float> packedBiases(int64_t tile) const;
};

/// How many filters are worked on together: what wastes least of 64, 32 and 16.
int64_t tileFor(int64_t filters, bool isOnePixel);

}  // namespace vitrine::cpp_export
