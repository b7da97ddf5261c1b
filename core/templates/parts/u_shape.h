// SPDX-License-Identifier: Apache-2.0
// Networks in the shape of a U: down through pooling, up again, with what was seen on the way down
// beside what comes up. Source: Ronneberger et al. 2015, U-Net; batch normalisation is newer.
#pragma once

#include "core/templates/parts/fields.h"

namespace vitrine::templates {

/// As many channels at each level. Height and width must be multiples of 2^(levels − 1).
inline Result<void> checkHalvings(const Attrs& attrs, size_t levels) {
    const int64_t factor = int64_t{1} << (levels - 1);
    for (const std::string_view side : {"height", "width"})
        if (const int64_t extent = attrs.integer(side); extent % factor != 0)
            return fieldError(side, fmt::format("{} {} is no multiple of {}, by which the levels "
                                                "make it smaller",
                                                side, extent, factor));
    return {};
}

/// `name`_1_conv, `name`_1_bn, `name`_1_relu, and the same once more.
inline Feature doubleConv(Network& net, const std::string& name, Feature x, int64_t channels) {
    for (int i = 1; i <= 2; ++i) {
        const std::string number = fmt::format("{}_{}", name, i);
        x = net.conv2d(number + "_conv", x, channels, {.padding = 1, .bias = false});
        x = net.add(number + "_relu", "relu", {net.batchNorm(number + "_bn", x)});
    }
    return x;
}

/// As large as `x`, with the first level's channels.
inline Feature uShape(Network& net, Feature x, const std::vector<int64_t>& channels) {
    std::vector<Feature> seen;
    for (size_t level = 0; level < channels.size(); ++level) {
        if (level > 0) x = net.maxPool(fmt::format("pool{}", level), x);
        x = doubleConv(net, fmt::format("down{}", level + 1), x, channels[level]);
        seen.push_back(x);
    }
    for (size_t level = channels.size() - 1; level-- > 0;) {
        Feature up = net.add(fmt::format("up{}_conv", level + 1), "conv_transpose2d", {x},
                             {{"out_channels", channels[level]}, {"kernel", 2}, {"stride", 2}});
        up.channels = channels[level];
        x = net.concat(fmt::format("up{}_concat", level + 1), {seen[level], up});
        x = doubleConv(net, fmt::format("up{}", level + 1), x, channels[level]);
    }
    return x;
}

}  // namespace vitrine::templates
