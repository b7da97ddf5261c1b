// SPDX-License-Identifier: Apache-2.0
// Optimiser updates over flat row-major parameters. Every result may be the same memory as its
// input.
#pragma once

#include "kernels/api/kernel.h"

namespace vitrine::kernels {

/// Largest deviation of one float32 update from the float64 reference, as a share of the largest
/// |result| of that operand; of the norm, as a share of itself.
inline constexpr double updateTolerance = 1e-6;

/// g' = scale · g + weightDecay · p;  v' = momentum · v + g';  p' = p − lr · (nesterov ? g' +
/// momentum · v' : v'). Operands: p, g, v, lr, scale, p', v'. (PyTorch's SGD with dampening 0; lr
/// and scale are one element each.)
struct SgdProblem {
    int64_t count = 0;
    double momentum = 0, weightDecay = 0;
    bool nesterov = false;
    DType dtype = DType::F32;
};
Kernel selectSgdUpdate(const SgdProblem& problem);

/// Adam (Kingma & Ba 2015); `decoupled` is AdamW (Loshchilov & Hutter 2019): p is first multiplied
/// by 1 − lr · weightDecay. Operands: p, g, m, v, step (int64, 1 at the first update), lr, scale,
/// p', m', v'.
struct AdamProblem {
    int64_t count = 0;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0;
    bool decoupled = false;
    DType dtype = DType::F32;
};
Kernel selectAdamUpdate(const AdamProblem& problem);

/// norm (one element) = √ Σ_i Σ g_i², accumulated in double, in a fixed order. Operands: g_0 …
/// g_{k−1}, norm.
struct GlobalNormProblem {
    std::vector<int64_t> counts;
    DType dtype = DType::F32;
};
Kernel selectGlobalNorm(const GlobalNormProblem& problem);

}  // namespace vitrine::kernels
