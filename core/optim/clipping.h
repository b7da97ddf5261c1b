// SPDX-License-Identifier: Apache-2.0
// In which way gradients are kept from becoming too large.
#pragma once

#include <cstdint>
#include <string_view>

namespace vitrine {

enum class Clipping : uint8_t {
    Norm,      ///< all gradients together: min(1, limit / (‖g‖ + 1e-6)) · g, as PyTorch does
    Value,     ///< each number: between −limit and limit
    Layer,     ///< each parameter by itself, as Norm does all together
    Adaptive,  ///< each unit by the norm of its weights (Brock et al. 2021)
};

/// For people and files.
struct ClippingWords {
    Clipping clipping;
    std::string_view id, title, summary;
};
inline constexpr ClippingWords clippingWords[] = {
    {Clipping::Norm, "norm", "By norm",
     "All gradients together are shortened where their norm is larger than the limit."},
    {Clipping::Value, "value", "By value",
     "Every number of the gradients is kept between minus and plus the limit."},
    {Clipping::Layer, "layer", "By norm of each parameter",
     "The gradient of each parameter is shortened where its own norm is larger than the limit."},
    {Clipping::Adaptive, "adaptive", "Adaptive",
     "The gradient of each output channel is shortened where its norm is larger than the limit "
     "times the norm of the channel's weights; 0.01 is usual."}};

constexpr std::string_view clippingId(Clipping clipping) {
    return clippingWords[static_cast<int>(clipping)].id;
}
/// Null where there is none.
constexpr const ClippingWords* findClipping(std::string_view id) {
    for (const ClippingWords& words : clippingWords)
        if (words.id == id) return &words;
    return nullptr;
}

}  // namespace vitrine
