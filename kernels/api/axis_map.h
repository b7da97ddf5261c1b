// SPDX-License-Identifier: Apache-2.0
// A sparse linear map along one axis: interpolation and its adjoint.
#pragma once

#include "kernels/api/kernel.h"
#include "kernels/api/operand.h"

namespace vitrine::kernels {

/// Rows of weights: those of result p are [begin[p], begin[p + 1]).
struct AxisMap {
    std::vector<int64_t> begin;  ///< one more than results
    std::vector<int64_t> index;  ///< which input
    std::vector<double> weight;
};

/// y[o, p, i] = Σ_k weight[k] · x[o, index[k], i] over the row of p, in order; x is
/// [outer][in][inner], y [outer][out][inner], both without gaps, float32 or float64. Sums of up to
/// axisMapFloats float32 terms round to float at each, all others run in double precision.
/// Operands: x, y.
struct AxisMapProblem {
    int64_t outer = 1, in = 1, out = 1, inner = 1;
    AxisMap map;
    DType dtype = DType::F32;
};
/// Terms of float32 that are summed in floats: all of linear and cubic interpolation, and of their
/// adjoints where they at most halve.
inline constexpr int64_t axisMapFloats = 8;
/// Deviation from the float64 reference as a share of the largest |x| times the largest sum of a
/// row's |weight|: the roundings of so many terms.
inline constexpr double axisMapTolerance = 5e-7;
Kernel selectAxisMap(const AxisMapProblem& problem);

/// The same along the rows or the columns of images in planes of float32, of one layout, with so
/// few terms (axisMapFloats) that they are summed in floats. Operands: x, y.
struct PlaneAxisMapProblem {
    Operand x, y;
    bool alongRows = false;
    AxisMap map;
};
Kernel selectPlaneAxisMap(const PlaneAxisMapProblem& problem);

/// Terms of the result that has the most.
int64_t mostTerms(const AxisMap& map);

}  // namespace vitrine::kernels
