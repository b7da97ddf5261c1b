// SPDX-License-Identifier: GPL-3.0-or-later
// The rule of gradient_verdict.h.
#include "gui/models/gradient_verdict.h"

#include <algorithm>
#include <cmath>

namespace vitrine::gui {

namespace {

bool isDead(const TensorStatistics& s) { return s.zeros == s.count; }

double medianOf(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

Verdict judge(const TensorStatistics& statistics, double median) {
    if (statistics.nonFinite > 0) return Verdict::NotFinite;
    if (isDead(statistics)) return Verdict::Dead;
    const double size = rootMeanSquare(statistics);
    if (size < VerdictRule::smallest || size * VerdictRule::timesMedian < median)
        return Verdict::Vanishing;
    if (size > VerdictRule::largest || size > median * VerdictRule::timesMedian)
        return Verdict::Exploding;
    return Verdict::Fine;
}

}  // namespace

double rootMeanSquare(const TensorStatistics& statistics) {
    const int64_t finite = statistics.count - statistics.nonFinite;
    return finite > 0 ? statistics.norm / std::sqrt(static_cast<double>(finite)) : 0;
}

std::vector<Verdict> judgeGradients(std::span<const TensorStatistics> gradients) {
    std::vector<double> sizes;
    for (const TensorStatistics& statistics : gradients)
        if (statistics.nonFinite == 0 && !isDead(statistics))
            sizes.push_back(rootMeanSquare(statistics));
    const double median = medianOf(std::move(sizes));
    std::vector<Verdict> verdicts;
    for (const TensorStatistics& statistics : gradients)
        verdicts.push_back(judge(statistics, median));
    return verdicts;
}

Verdict judgeAlone(SampleKind kind, const TensorStatistics& statistics) {
    if (statistics.nonFinite > 0) return Verdict::NotFinite;
    return kind == SampleKind::Activation && isDead(statistics) ? Verdict::Dead : Verdict::Fine;
}

}  // namespace vitrine::gui
