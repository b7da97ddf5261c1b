// SPDX-License-Identifier: Apache-2.0
// Filters into the frequencies that Winograd's convolution F(4 × 4, 3 × 3) multiplies with.
//   U = G w Gᵀ for each filter and channel, w [3, 3], U [6, 6]; adjoint: w = Gᵀ U G
//   G = [1/4 0 0; −1/6 −1/6 −1/6; −1/6 1/6 −1/6; 1/24 1/12 1/6; 1/24 −1/12 1/6; 0 0 1]
// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015).
#pragma once

#include <optional>

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// Operands: w, U; adjoint: U, w. float32 and float64.
struct FilterTransformProblem {
    int64_t filters = 0;  ///< times channels
    bool adjoint = false;
    DType dtype = DType::F32;
    /// How U lies; row-major where there is none. Filters are turned by half a turn where it is
    /// transposed. float32 and not adjoint.
    std::optional<Packing> packing = {};
};
Kernel selectFilterTransform(const FilterTransformProblem& problem);

/// Largest deviation from the float64 reference as a share of the largest |result|.
inline constexpr double filterTransformTolerance = 1e-6;

}  // namespace vitrine::kernels
