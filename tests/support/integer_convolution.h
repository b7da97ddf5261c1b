// SPDX-License-Identifier: Apache-2.0
// Random convolutions of small whole numbers, and their results as sums that a loop over every
// pixel, filter and tap makes in int64: nothing of the engine takes part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vitrine::test {

using Whole = std::vector<int64_t>;

/// One, two or three axes. Of a transposed convolution `x` is the small side: it is the data pass
/// of the same geometry, run forwards.
struct ConvolutionShape {
    int axes = 2;
    bool isTransposed = false;
    int64_t images = 1, channels = 1, filters = 1, groups = 1;
    Whole extent, kernel, stride, dilation, before, after, outputPadding;  ///< by axis

    /// Extent of the result along an axis.
    int64_t result(size_t axis) const;
    std::string op() const;      ///< `conv_transpose2d`
    std::string fields() const;  ///< without bias
    std::string inputs() const;  ///< shape of x
    Whole shapeOfX() const;
    Whole shapeOfY() const;
    /// Channels, width of the result and kernel as people look for them.
    bool hasOneColumn() const { return result(static_cast<size_t>(axes) - 1) == 1; }
    bool isPointwiseStride2() const;
};

/// A function of the seed: one to seventeen channels and filters, groups, strides, dilations and
/// uneven padding; every eighth has results one pixel wide, every eighth is 1 × 1 with stride 2.
ConvolutionShape convolutionShape(uint64_t seed);

/// −3 to 3 without 0.
Whole smallNumbers(int64_t count, uint64_t seed, uint64_t stream);

struct IntegerPasses {
    Whole y, dx, dw;
};
/// All three passes: y of x and w, and what dy gives for x and w.
IntegerPasses plainPasses(const ConvolutionShape& shape, const Whole& x, const Whole& w,
                          const Whole& dy);

}  // namespace vitrine::test
