// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with the gradients of a network, layer by layer.
#pragma once

#include <span>
#include <vector>

#include "core/probe/histogram.h"

namespace vitrine::gui {

/// `Outdated`: a step after the newest sample made numbers that are not finite, so that nobody
/// knows.
enum class Verdict { Fine, Vanishing, Exploding, Dead, NotFinite, Outdated };

/// √(Σx² / n) over the finite elements: a norm that does not grow with the size of the tensor.
double rootMeanSquare(const TensorStatistics& statistics);

/// The borders between verdicts. A layer is measured against the others because what is small
/// depends on the network; the fixed borders catch what is small or large in all of them.
struct VerdictRule {
    static constexpr double smallest = 1e-7, largest = 1e2;
    static constexpr double timesMedian = 1e3;
};

/// One verdict for each gradient, with r = rootMeanSquare and m = the median r of those that are
/// neither dead nor not finite. First that holds:
/// NotFinite: any element is NaN or infinite. Dead: all elements are 0 (or there are none).
/// Vanishing: r < smallest, or r · timesMedian < m. Exploding: r > largest, or r > m · timesMedian.
std::vector<Verdict> judgeGradients(std::span<const TensorStatistics> gradients);

/// Weights and activations have sizes of their own choosing: only Dead (activations) and NotFinite
/// say something. Biases may well be 0.
Verdict judgeAlone(SampleKind kind, const TensorStatistics& statistics);

}  // namespace vitrine::gui
