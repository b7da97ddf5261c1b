// SPDX-License-Identifier: Apache-2.0
// A window that slides over images along depth, height and width.
#pragma once

#include <array>
#include <cstdint>

namespace vitrine::kernels {

/// Along one axis: result p meets positions p · stride + k · dilation − before of the input, for k
/// in [0, kernel). Positions outside [0, in) are padding.
struct WindowAxis {
    int64_t in = 1, out = 1;  ///< extents
    int64_t kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
    bool operator==(const WindowAxis&) const = default;

    /// Positions from a window's first tap to its last.
    constexpr int64_t span() const { return dilation * (kernel - 1) + 1; }
    constexpr int64_t padded() const { return in + before + after; }
    constexpr int64_t position(int64_t p, int64_t k) const {
        return p * stride + k * dilation - before;
    }
};

/// Axes that an image does not have are of extent 1 with a kernel of 1.
struct Window {
    WindowAxis depth = {}, rows = {}, columns = {};
    bool operator==(const Window&) const = default;

    /// Axis i of images that have `axes` of them: of two, 0 is the rows.
    constexpr WindowAxis& axis(int i, int axes) {
        const int place = 3 - axes + i;
        return place == 0 ? depth : place == 1 ? rows : columns;
    }
    constexpr const WindowAxis& axis(int i, int axes) const {
        return const_cast<Window*>(this)->axis(i, axes);
    }
    constexpr int64_t taps() const { return depth.kernel * rows.kernel * columns.kernel; }
    constexpr bool isFlat() const { return depth == WindowAxis{}; }
};

}  // namespace vitrine::kernels
