// SPDX-License-Identifier: Apache-2.0
// Marks: logits above 0 against targets above ½, number by number.
#pragma once

#include <limits>

#include "core/metrics/metric.h"

namespace vitrine {

struct MarkCount {
    int64_t said = 0, so = 0, both = 0, all = 0;
};

/// part / whole of the counts; NaN where the whole is nothing.
template <int64_t (*part)(const MarkCount&), int64_t (*whole)(const MarkCount&)>
class ShareOfMarks : public MetricSum {
  public:
    void add(const MetricBatch& batch) override {
        for (size_t i = 0; i < batch.predictions.size(); ++i) {
            const bool isSaid = batch.predictions[i] > 0, isSo = batch.targets[i] > 0.5;
            m_count.said += isSaid;
            m_count.so += isSo;
            m_count.both += isSaid && isSo;
        }
        m_count.all += static_cast<int64_t>(batch.predictions.size());
    }
    double value() const override {
        const int64_t of = whole(m_count);
        return of > 0 ? static_cast<double>(part(m_count)) / static_cast<double>(of)
                      : std::numeric_limits<double>::quiet_NaN();
    }

  private:
    MarkCount m_count;
};

}  // namespace vitrine
