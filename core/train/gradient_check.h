// SPDX-License-Identifier: Apache-2.0
// Gradients of a whole network against central differences in float64 (reference kernels), one
// random direction of length 1 for each parameter: (L(w + ε·d) − L(w − ε·d)) / 2ε against ∇L·d.
// Parameters start as for training, but that those which start as one number (biases, slopes) are
// moved a little, off the kinks that they would stand on. Nothing is committed: the network stays
// as it is.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"

namespace vitrine {

struct GradientCheckOptions {
    int64_t batch = 2;
    uint64_t seed = 1;
    double epsilon = 1e-6;
    double relativeTolerance = 1e-3, absoluteTolerance = 1e-5;
    /// A direction may cross the kink of a ReLU or a maximum; a parameter fails when this many
    /// directions disagree, each a tenth as long as the one before.
    int attempts = 3;
    std::function<void(double share)> progress;  ///< may be empty
};

struct GradientCheckRow {
    std::string parameter;
    Shape shape;
    double automatic = 0;  ///< ∇L·d
    double numeric = 0;    ///< from differences
    bool agrees = false;
};

struct GradientCheck {
    double loss = 0;
    std::vector<GradientCheckRow> rows;
    bool agrees() const;
};

/// On random images and labels. Errors: those of lowering and differentiation.
Result<GradientCheck> checkGradients(const Graph& graph, const GradientCheckOptions& options);

}  // namespace vitrine
