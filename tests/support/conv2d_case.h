// SPDX-License-Identifier: Apache-2.0
// A convolution with its data and its float64 result, for the tests of the fast kernels.
#pragma once

#include <string>
#include <vector>

#include "kernels/api/conv2d.h"

namespace vitrine::test {

/// Sizes only; row-major.
struct Conv2dShape {
    const char* name;
    int64_t n, c, h, w, k, r, s;
    int64_t strideH = 1, strideW = 1, padH = 0, padW = 0, dilationH = 1, dilationW = 1, groups = 1;
};

/// What fast kernels must take, odd sizes first of all.
const std::vector<Conv2dShape>& conv2dShapes();

kernels::Conv2dProblem rowMajorProblem(const Conv2dShape& shape);
/// With all images in `layout`, and the weight packed where a fast kernel wants it so; operands
/// have the halo that is needed and `extraHalo` more, results have `extraHalo`.
kernels::Conv2dProblem problemIn(kernels::Layout layout, const kernels::Conv2dProblem& rowMajor,
                                 kernels::ConvPass pass, int64_t extraHalo);

/// Row-major operands of one pass, and the plain float64 result.
struct Conv2dCase {
    kernels::Conv2dProblem problem;
    kernels::ConvPass pass = kernels::ConvPass::Forward;
    std::vector<double> x, w, dy, bias, gate, expected;
};
enum class TestData { Uniform, SmallIntegers };
Conv2dCase makeCase(const kernels::Conv2dProblem& rowMajor, kernels::ConvPass pass, TestData data);

/// Runs the kernel that is selected in a layout. Empty, or what is wrong with it: deviation beyond
/// `tolerance` (share of the largest result), guards, halo, dependence on the order of parts.
std::string troubleWith(const Conv2dCase& test, kernels::Layout layout, int64_t extraHalo,
                        double tolerance);

}  // namespace vitrine::test
