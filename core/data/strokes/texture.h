// SPDX-License-Identifier: Apache-2.0
// Grey patterns to fill a ground or a stroke with: brightness as a function of place.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/rng.h"

namespace vitrine::strokes {

enum class Pattern : uint8_t { Clouds, Stripes, Dots, Checks };
inline constexpr uint32_t patternCount = 4;

/// A pattern of random scale, direction and place. Values between −1 and 1 around a mean near 0;
/// the size of its parts is 2 to 7 pixels.
class Texture {
  public:
    Texture(Pattern pattern, Rng& rng);
    /// At a place in pixels, 0 ≤ x, y ≤ `side`.
    float at(float x, float y) const;

    static constexpr int side = 32;

  private:
    float clouds(float u, float v) const;

    Pattern m_pattern;
    float m_size = 1;            ///< of a part, pixels
    float m_cos = 1, m_sin = 0;  /// of the pattern's direction, over the size
    float m_shiftU = 0, m_shiftV = 0;
    // Random numbers on the corners of squares of `m_size` pixels; of Clouds only.
    static constexpr int smallest = 3, corners = side / smallest + 3;
    std::array<float, corners * corners> m_heights{};
};

}  // namespace vitrine::strokes
