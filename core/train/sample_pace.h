// SPDX-License-Identifier: Apache-2.0
// When the next sample is due: often enough for eyes, and never for more than its share of the
// time.
#pragma once

#include <algorithm>

namespace vitrine {

/// A plain value. Time is training time, without sampling and without pauses.
class SamplePace {
  public:
    static constexpr double shortestPauseSeconds = 1.0 / 20;

    bool isDue() const { return m_wait <= 0; }
    /// The next step is sampled, whatever came before.
    void askNow() { m_wait = 0; }
    /// A step took `trainingSeconds` besides its sample, which took `costSeconds` (0: it had none).
    /// After a sample training goes on for cost / budget, so the share stays below `budget`.
    void stepDone(double trainingSeconds, double costSeconds, bool wasSampled, double budget) {
        if (wasSampled) m_wait = std::max(costSeconds / budget, shortestPauseSeconds);
        m_wait -= trainingSeconds;
    }

  private:
    double m_wait = 0;
};

}  // namespace vitrine
