// SPDX-License-Identifier: Apache-2.0
// Two-dimensional convolution and its two adjoints, with weights [K, C / groups, R, S]: packed for
// the fast kernels of forward and data, row-major for the plain loops and as the result of weights.
//   forward   y[n,k,p,q]  = bias[k] + Σ_{c,r,s} x[n, c, p·strideH + r·dilationH − padH, q·strideW +
//   s·dilationW − padW] · w[k,c,r,s] data      dx = adjoint of forward in x (without bias) weights
//   dw = adjoint of forward in w (without bias)
#pragma once

#include <optional>

#include "kernels/api/finish.h"
#include "kernels/api/problem.h"

namespace vitrine::kernels {

struct Conv2dProblem {
    Operand x;  ///< [n, c, h, w]; the gradient dx for `data`
    Operand y;  ///< [n, k, oh, ow]; the gradient dy for `data` and `weights`
    Window window;
    int64_t groups = 1;
    bool bias = false;
    Epilogue epilogue = Epilogue::None;   ///< forward: Relu; data: ReluGate
    std::optional<Packing> packing = {};  ///< how the weight lies; row-major where there is none
    Algorithm algorithm = Algorithm::Direct;
    /// Forward in blocks, without epilogue: what is done to a sum. Operands are those of the call
    /// that it speaks of.
    std::optional<Finish> finish = {};
    /// Forward in lanes: 2 × 2 pixels that touch no others are pooled as max_pool does, and maxima
    /// and index, in bytes, are the results. y is the image before that, which nobody keeps.
    struct Pooled {
        Image maxima, index;
    };
    std::optional<Pooled> pooled = {};
    /// Weights in lanes: dy comes so, and y is what it means.
    struct Gradient {
        Image maxima, index, gate;  ///< gate: only where isGated
        bool isGated = false;
    };
    std::optional<Gradient> unpooled = {};
};

/// What a call asks for; its operands lie as they are.
Conv2dProblem conv2dProblem(const Conv& conv, const Call& call);

/// Largest deviation of a float32 kernel from the float64 reference, as a share of the largest
/// |result|.
inline constexpr double conv2dDirectTolerance = 2e-6;
inline constexpr double conv2dWinogradTolerance = 2e-5;

/// Halo that the operand must have for the fast kernels: x for forward and weights, dy for data.
int64_t conv2dForwardHalo(const Conv2dProblem& problem);
int64_t conv2dDataHalo(const Conv2dProblem& problem);

/// How the fast kernel that takes the problem wants its weight; nothing where none takes it, and
/// for weights. What the problem says of its weight does not count.
std::optional<Packing> conv2dPacking(const Conv2dProblem& problem, ConvPass pass);

/// Estimated seconds on one core of this machine for one pass in a layout (x and y both) by the
/// problem's algorithm, or a negative number where no fast kernel takes it. From a committed table
/// of efficiencies: it decides layouts, so it depends on the shape and the instruction set only.
double conv2dCost(const Conv2dProblem& problem, ConvPass pass, Layout layout);

/// Operands: x, w, [bias,] y; pooled: maxima and index instead of y.
Kernel selectConv2dForward(const Conv2dProblem& problem);
/// Operands: dy, w, [gate,] dx.
Kernel selectConv2dData(const Conv2dProblem& problem);
/// Operands: dy, x, dw; unpooled: dy of the maxima, x, index, [maxima,] dw.
Kernel selectConv2dWeights(const Conv2dProblem& problem);

}  // namespace vitrine::kernels
