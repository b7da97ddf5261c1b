// SPDX-License-Identifier: Apache-2.0
// How an array lies in row-major memory, gaps and repeats allowed.
#pragma once

#include "core/tensor/shape.h"

namespace vitrine {

/// Strides and offset in elements. A stride of 0 repeats what lies there.
struct ArrayView {
    Shape shape, strides;
    int64_t offset = 0;

    static ArrayView contiguous(const Shape& shape) { return {shape, contiguousStrides(shape), 0}; }
    /// Whether elements follow one another without gaps and repeats.
    bool isContiguous() const;
};

}  // namespace vitrine
