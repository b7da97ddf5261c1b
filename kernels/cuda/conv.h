// SPDX-License-Identifier: Apache-2.0
// Windows over images on a device: what belongs together of a tap and a place, with products in the
// place of divisions.
#pragma once

#include "kernels/api/problem.h"
#include "kernels/cuda/divisor.h"

namespace vitrine::kernels::cuda {

/// Extents of a convolution, all below 2^31; x, y: one image of one channel.
struct ConvSize {
    int64_t images = 1, channels = 1, filters = 1;  ///< the last two of one group
    int64_t groups = 1;
    int64_t xPixels = 1, yPixels = 1;
};

inline std::string passName(ConvPass pass) {
    return pass == ConvPass::Forward ? "forward" : pass == ConvPass::Data ? "data" : "weights";
}

/// Where elements of images lie: row-major, or with the channels of a pixel side by side.
struct Images {
    struct Plane {
        int64_t image = 0, channel = 0;
    };
    int64_t channels = 1, pixels = 1;
    Divisor byChannels, byPixels;
    bool areLast = false;

    Images(int64_t channelCount, int64_t pixelCount, bool last)
        : channels(channelCount),
          pixels(pixelCount),
          byChannels(channelCount),
          byPixels(pixelCount),
          areLast(last) {}

    /// Of element `index`, which becomes its pixel.
    VITRINE_BOTH Plane take(uint32_t& index) const {
        if (areLast) {
            uint32_t channel = index;
            index = byChannels.take(channel);
            return {byPixels.take(index), channel};
        }
        uint32_t channel = byPixels.take(index);
        return {byChannels.take(channel), channel};
    }
    /// Where the first pixel of a plane lies, and how far it is from one to the next.
    VITRINE_BOTH int64_t first(const Plane& plane) const {
        return areLast ? plane.image * pixels * channels + plane.channel
                       : (plane.image * channels + plane.channel) * pixels;
    }
    VITRINE_BOTH int64_t step() const { return areLast ? channels : 1; }
};

/// A pixel by its three coordinates.
struct Pixel {
    int32_t z = 0, row = 0, column = 0;
};

/// A window's numbers in 32 bits.
struct WindowPlan {
    struct Axis {
        int32_t in = 1, stride = 1, dilation = 1, before = 0;
    };
    Axis depth, rows, columns;
    Divisor xRows, xColumns, yRows, yColumns, tapRows, tapColumns, strideDepth, strideRows,
        strideColumns;
    int32_t yDepth = 1, yHeight = 1, yWidth = 1;
    int32_t taps = 1;

    explicit WindowPlan(const Window& w)
        : depth(axisOf(w.depth)),
          rows(axisOf(w.rows)),
          columns(axisOf(w.columns)),
          xRows(w.rows.in),
          xColumns(w.columns.in),
          yRows(w.rows.out),
          yColumns(w.columns.out),
          tapRows(w.rows.kernel),
          tapColumns(w.columns.kernel),
          strideDepth(w.depth.stride),
          strideRows(w.rows.stride),
          strideColumns(w.columns.stride),
          yDepth(static_cast<int32_t>(w.depth.out)),
          yHeight(static_cast<int32_t>(w.rows.out)),
          yWidth(static_cast<int32_t>(w.columns.out)),
          taps(static_cast<int32_t>(w.taps())) {}

    static Axis axisOf(const WindowAxis& axis) {
        return {static_cast<int32_t>(axis.in), static_cast<int32_t>(axis.stride),
                static_cast<int32_t>(axis.dilation), static_cast<int32_t>(axis.before)};
    }

    VITRINE_BOTH static Pixel split(uint32_t index, const Divisor& rows, const Divisor& columns) {
        const uint32_t row = columns.take(index);
        uint32_t rest = row;
        const uint32_t z = rows.take(rest);
        return {static_cast<int32_t>(z), static_cast<int32_t>(rest), static_cast<int32_t>(index)};
    }
    VITRINE_BOTH Pixel pixelOfY(uint32_t index) const { return split(index, yRows, yColumns); }
    VITRINE_BOTH Pixel pixelOfX(uint32_t index) const { return split(index, xRows, xColumns); }
    VITRINE_BOTH Pixel tap(uint32_t index) const { return split(index, tapRows, tapColumns); }

    VITRINE_BOTH static int32_t met(const Axis& axis, int32_t p, int32_t k) {
        return p * axis.stride + k * axis.dilation - axis.before;
    }
    /// Where in x a tap of the window of a pixel of y lies; −1 on padding.
    VITRINE_BOTH int32_t inX(const Pixel& y, const Pixel& tap) const {
        const int32_t z = met(depth, y.z, tap.z), row = met(rows, y.row, tap.row),
                      column = met(columns, y.column, tap.column);
        const bool isInside = z >= 0 && z < depth.in && row >= 0 && row < rows.in && column >= 0 &&
                              column < columns.in;
        return isInside ? (z * rows.in + row) * columns.in + column : -1;
    }
    /// The place along one axis of y whose window meets x's there with this tap; −1: none.
    VITRINE_BOTH static int32_t from(const Axis& axis, const Divisor& stride, int32_t out,
                                     int32_t x, int32_t k) {
        const int32_t position = x + axis.before - k * axis.dilation;
        if (position < 0) return -1;
        uint32_t rest = static_cast<uint32_t>(position);
        const auto p = static_cast<int32_t>(stride.take(rest));
        return rest == 0 && p < out ? p : -1;
    }
    /// Where in y the window lies that meets a pixel of x with this tap; −1: none.
    VITRINE_BOTH int32_t inY(const Pixel& x, const Pixel& tap) const {
        const int32_t z = from(depth, strideDepth, yDepth, x.z, tap.z);
        const int32_t row = from(rows, strideRows, yHeight, x.row, tap.row);
        const int32_t column = from(columns, strideColumns, yWidth, x.column, tap.column);
        if (z < 0 || row < 0 || column < 0) return -1;
        return (z * yHeight + row) * yWidth + column;
    }
};

}  // namespace vitrine::kernels::cuda
