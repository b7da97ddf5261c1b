// SPDX-License-Identifier: Apache-2.0
// Images whose channels lie side by side, N, H, W, C in memory: row-major values with other
// strides, as kernels of GPUs like to read them.
#pragma once

#include <string>

#include "core/tensor/layout.h"

namespace vitrine {

/// Of images of ranks 3 to 5.
constexpr Shape channelsLastStrides(const Shape& shape) {
    Shape strides = shape;
    int64_t step = 1;
    const auto place = [&](int axis) {
        strides[axis] = step;
        step *= shape[axis];
    };
    place(1);
    for (int axis = shape.rank() - 1; axis >= 2; --axis) place(axis);
    place(0);
    return strides;
}

/// A value that lies so, and not row-major: one channel, or one pixel, is both.
inline bool isChannelsLast(const TensorType& type) {
    return type.layout.kind == LayoutKind::RowMajor && type.offset == 0 && type.shape.rank() >= 3 &&
           type.shape.rank() <= 5 && !type.isContiguous() &&
           type.strides == channelsLastStrides(type.shape);
}

/// `NHWC`, or as text(layout).
inline std::string text(const TensorType& type) {
    return isChannelsLast(type) ? "NHWC" : text(type.layout);
}

}  // namespace vitrine
