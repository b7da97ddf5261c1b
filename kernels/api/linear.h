// SPDX-License-Identifier: Apache-2.0
// Fully connected layer and its adjoints. Weights are row-major [out, in].
#pragma once

#include <optional>

#include "kernels/api/kernel.h"
#include "kernels/api/pointwise.h"

namespace vitrine::kernels {

struct LinearProblem {
    int64_t n = 0, in = 0, out = 0;
    Layout layout = Layout::RowMajor;  ///< of x [n, in] and y [n, out]; Lanes is the fast one
    bool bias = false;
    Epilogue epilogue =
        Epilogue::None;  ///< forward: Relu; data: ReluGate (gate has the image of dx)
    DType dtype = DType::F32;
    /// A function of one operand that makes x of what lies there: of rows that are packed anyway,
    /// forward and weights.
    std::optional<ChainStep> load = {};
};

/// Largest deviation from the float64 reference as a share of the largest |result|.
inline constexpr double linearTolerance = 2e-6;

/// y = x · wᵀ + bias. Operands: x, w, [bias,] y.
Kernel selectLinearForward(const LinearProblem& problem);
/// dx = dy · w. Operands: dy, w, [gate,] dx.
Kernel selectLinearData(const LinearProblem& problem);
/// dw = dyᵀ · x. Operands: dy, x, dw.
Kernel selectLinearWeights(const LinearProblem& problem);

}  // namespace vitrine::kernels
