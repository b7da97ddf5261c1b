// SPDX-License-Identifier: Apache-2.0
// Two-dimensional pooling and its adjoints.
#pragma once

#include "kernels/api/kernel.h"
#include "kernels/api/window.h"

namespace vitrine::kernels {

/// Every window covers at least one element of x.
struct PoolProblem {
    Operand x;  ///< [n, c, h, w]
    Operand y;  ///< [n, c, oh, ow], also of dy
    /// Maxima and their adjoints: [n, c, oh, ow], in the layout of y with a halo of its own; int32,
    /// or uint8, which holds places in windows of at most 256 elements.
    Operand index = {};
    Window window;
    bool countIncludePad = true;         ///< average: divide by all taps, those on padding too
    Epilogue epilogue = Epilogue::None;  ///< backward kernels: ReluGate
    /// The gate of maxima has the image of y, else that of x: where y is positive, so is the
    /// element of x that it comes from, and dy meets no other.
    bool isGateOfY = false;
};

/// Averages and their adjoint: largest deviation from the float64 reference as a share of the
/// largest |result|. Maxima and their adjoints are exact but for the order of sums.
inline constexpr double poolTolerance = 1e-6;

/// Maximum over each window; index is the position u·s + v in the window of its first maximum in
/// scan order (PyTorch's convention; a NaN wins and the first NaN counts). Padding never wins.
/// Operands: x, y, index.
Kernel selectMaxPool(const PoolProblem& problem);
/// dx = scatter of dy to the elements that index names. Operands: dy, index, [gate,] dx.
Kernel selectMaxPoolBackward(const PoolProblem& problem);
/// y = the elements of x that index names: the adjoint of the scatter. Operands: x, index, y.
Kernel selectMaxPoolGather(const PoolProblem& problem);
/// Operands: x, y.
Kernel selectAvgPool(const PoolProblem& problem);
/// Operands: dy, [gate,] dx.
Kernel selectAvgPoolBackward(const PoolProblem& problem);

}  // namespace vitrine::kernels
