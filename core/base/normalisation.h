// SPDX-License-Identifier: Apache-2.0
// What is made of pixels before a network takes them.
#pragma once

namespace vitrine {

/// x = (byte / 255 − mean) / std, for every pixel.
struct Normalisation {
    double mean = 0, std = 1;
    bool operator==(const Normalisation&) const = default;
};

}  // namespace vitrine
