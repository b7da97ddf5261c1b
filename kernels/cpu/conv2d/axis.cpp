// SPDX-License-Identifier: Apache-2.0
// Index arithmetic of one axis of a convolution.
#include "kernels/cpu/conv2d/axis.h"

#include <algorithm>
#include <numeric>

namespace vitrine::kernels {

namespace {

int64_t divideUp(int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

/// Numbers j in [0, limit) with 0 ≤ at + step·j < extent.
TapRange inside(int64_t at, int64_t step, int64_t extent, int64_t limit) {
    const int64_t begin = std::clamp<int64_t>(divideUp(-at, step), 0, limit);
    const int64_t end = std::clamp<int64_t>(divideUp(extent - at, step), begin, limit);
    return {begin, end};
}

}  // namespace

Conv2dAxis forwardAxis(const WindowAxis& window) {
    return {.count = window.out,
            .taps = window.kernel,
            .scale = window.stride,
            .offset = -window.before,
            .offsetStep = window.dilation,
            .extent = window.in};
}

// y[p] meets x[stride·p + dilation·r − pad]; so dx[h] gathers dy[(h + pad − dilation·r) / stride]
// over the r that divide. Those r are every (stride / gcd)-th one; they are taken downwards, so
// that source pixels go up.
Conv2dAxis dataAxis(const WindowAxis& window, int64_t residue) {
    const int64_t stride = window.stride, common = std::gcd(stride, window.dilation);
    Conv2dAxis axis{.first = residue, .step = stride, .scale = 1, .extent = window.out};
    axis.count = residue < window.in ? (window.in - residue + stride - 1) / stride : 0;
    axis.indexStep = -(stride / common);
    axis.offsetStep = window.dilation / common;
    for (int64_t r = window.kernel - 1; r >= 0; --r) {
        const int64_t distance = residue + window.before - window.dilation * r;
        if (distance % stride != 0) continue;
        if (axis.taps++ > 0) continue;
        axis.index = r;
        axis.offset = distance / stride;
    }
    return axis;
}

int64_t sourceHalo(const Conv2dAxis& axis) {
    if (axis.taps == 0 || axis.count == 0) return 0;
    const int64_t last =
        axis.scale * (axis.count - 1) + axis.offset + axis.offsetStep * (axis.taps - 1);
    return std::max<int64_t>({0, -axis.offset, last - (axis.extent - 1)});
}

TapRange existingTaps(const Conv2dAxis& axis, int64_t i) {
    return inside(axis.scale * i + axis.offset, axis.offsetStep, axis.extent, axis.taps);
}

TapRange resultsOfTap(const Conv2dAxis& axis, int64_t t) {
    return inside(axis.offset + axis.offsetStep * t, axis.scale, axis.extent, axis.count);
}

}  // namespace vitrine::kernels
