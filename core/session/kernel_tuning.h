// SPDX-License-Identifier: Apache-2.0
// Runs the ways that kernels offer for a network's operators, one by one, and notes what they take
// on this machine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "core/exec/measured_ways.h"
#include "core/session/project.h"

namespace vitrine {

struct TuningOptions {
    int64_t batch = 0;  ///< 0: the project's
    int threads = 1;
    std::function<void(double share)> progress = {};  ///< of the work
    std::stop_token stop = {};
};

/// An operator that kernels have several ways for.
struct TunedOperator {
    std::string text;  ///< see questionText
    struct Way {
        std::string name;
        double estimated = 0;  ///< seconds on one core
        double measured = 0;   ///< seconds on the threads that there were; 0: it was not run
    };
    std::vector<Way> ways = {};

    const Way& bestEstimated() const;
    const Way& bestMeasured() const;
};

struct Tuning {
    int64_t batch = 0;  ///< of the steps that were measured
    std::shared_ptr<const MeasuredWays> ways = {};
    std::vector<TunedOperator> operators = {};  ///< each shape once
    /// Of a training step, with kernels chosen by estimates and by what was measured: in turn, the
    /// least of several medians: what else the machine does only adds to it.
    double estimatedStep = 0, tunedStep = 0;
    int otherChoices = 0;  ///< entries of that step which have another kernel now

    /// A step has the same kernels, or is not slower, noise aside.
    bool isWorthKeeping() const;
};

/// Measures the operators of a training step and of an evaluation. A way that is far slower by the
/// estimate is not run. Errors: those of shapes and lowering, H02, `stopped`. Throws TooFewThreads.
Result<Tuning> tuneKernels(const Project& project, const TuningOptions& options);

}  // namespace vitrine
